#[derive(DinteroOrderItem)]
#[dintero(vat = 25, type = Physical)]
enum Row {
    Product {
        #[dintero(to = id)]
        sku: String,
        #[dintero(to = description)]
        name: String,
        #[dintero(to = quantity)]
        qty: u32,
        #[dintero(to = unit_price)]
        ore: i64,
        vat: u8,
    },
    #[dintero(type = "shipping")]
    Freight {
        #[dintero(to = id)]
        #[dintero(to = line_id)]
        code: String,
        #[dintero(to = amount)]
        ore: i64,
        #[dintero(to = vat_basis_points)]
        vat: u16,
    },
    #[dintero(negative, type = GiftCard, vat = 0)]
    GiftCard(#[dintero(to = id)] String, #[dintero(to = amount)] i64),
    #[dintero(type = Surcharge, description = "Rounding")]
    Rounding(#[dintero(to = amount)] i64),
    Bundle(#[dintero(flatten)] Box<Bundle>),
    #[dintero(skip)]
    Note(String),
}

#[derive(DinteroOrderItem)]
enum Never {}
