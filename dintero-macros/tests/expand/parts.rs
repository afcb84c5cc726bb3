#[derive(DinteroAddress)]
struct Address {
    #[dintero(to = first_name)]
    first: String,
    #[dintero(to = last_name)]
    last: String,
    #[dintero(to = address_line)]
    street: String,
    #[dintero(to = address_line_2)]
    street2: Option<String>,
    #[dintero(to = postal_code)]
    zip: String,
    #[dintero(to = postal_place)]
    city: String,
    country: String,
    #[dintero(to = phone_number)]
    phone: String,
    organization_number: Option<String>,
    latitude: f64,
}

#[derive(DinteroShippingOption)]
#[dintero(delivery_method = PickUp, splits = split_freight)]
struct Freight {
    #[dintero(to = id)]
    code: String,
    title: String,
    #[dintero(to = operator, default = "")]
    carrier: Option<String>,
    #[dintero(to = net_amount)]
    price: Decimal,
    vat: u8,
    #[dintero(to = pick_up_address)]
    point: Option<Point>,
}

#[derive(DinteroDiscount)]
#[dintero(as_items, discount_type = "staff")]
struct Coupon {
    #[dintero(to = discount_id)]
    code: String,
    #[dintero(to = amount)]
    off: Decimal,
    #[dintero(to = percentage)]
    percent: Option<u8>,
    #[dintero(to = description)]
    text: String,
}

#[derive(DinteroValue)]
struct Sku<'a>(&'a str);

#[derive(DinteroValue)]
#[dintero(crate = shop::dintero)]
struct Id<T> {
    number: u64,
    #[dintero(skip)]
    of: PhantomData<T>,
}

#[derive(DinteroAddress)]
#[dintero(skip_unmapped)]
struct Nothing {
    note: String,
}
