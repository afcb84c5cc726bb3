#[derive(DinteroOrder)]
#[dintero(
    merchant_reference = |self| format!("{}-{}", self.shop, self.number),
    partial_payment = true,
    session.express.shipping_mode = ShippingRequired,
)]
struct Checkout {
    #[dintero(skip)]
    shop: u8,
    #[dintero(skip)]
    number: u64,
    currency: Currency,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = session.customer.email)]
    #[dintero(to = billing_address.email)]
    mail: String,
    #[dintero(to = session.customer.phone_number)]
    phone: Option<String>,
    #[dintero(to = session.express.shipping_options)]
    options: Vec<Ship>,
    #[dintero(to = shipping_option, with = |chosen| chosen.and_then(|index| self_options(index)))]
    chosen: Option<usize>,
    #[dintero(flatten)]
    parties: Parties,
}
