#[derive(DinteroOrderItem)]
#[dintero(type = Physical, rounding = half_to_even, splits = |self, amount| split(&self.seller, amount))]
struct Sale {
    #[dintero(to = id)]
    sku: Sku,
    #[dintero(to = description)]
    name: Option<String>,
    #[dintero(default = 1)]
    quantity: Option<Decimal>,
    #[dintero(to = unit_price, exponent = 4)]
    price: i64,
    #[dintero(to = vat_fraction)]
    vat_rate: Decimal,
    #[dintero(to = discount)]
    sale: Option<Discount>,
    #[dintero(to = items)]
    addons: Vec<Addon>,
    #[dintero(skip)]
    seller: Seller,
}

#[derive(DinteroOrderItem)]
#[dintero(bundle, splits = market::split)]
struct Bundle {
    #[dintero(to = amount)]
    price: Option<Decimal>,
    items: [Part; 2],
    #[dintero(to = unit_weight)]
    r#weight: f64,
}
