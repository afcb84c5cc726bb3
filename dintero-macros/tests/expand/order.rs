#[derive(DinteroOrder)]
#[dintero(currency = "NOK", total_mismatch = rounding_line(max = 10))]
struct Cart<'a> {
    #[dintero(to = merchant_reference)]
    id: CartId,
    #[dintero(to = amount)]
    total: Decimal,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = items)]
    gift_cards: Vec<GiftCard>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
    shipping_address: Option<Address>,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
    #[dintero(skip)]
    session_token: String,
    #[dintero(to = merchant_reference_2, with = campaign_code)]
    campaign: &'a Campaign,
}
