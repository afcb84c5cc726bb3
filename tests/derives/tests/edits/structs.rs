// The types that are edited. Each type has a `sample` function that shows the resulting order, and helpers that are not
// edited.

mod cart {
    use dintero_api::{DinteroOrder, DinteroOrderItem, ToSession, types::SessionUrls};

    #[derive(DinteroOrderItem)]
    pub struct Line {
        pub amount: i64,
    }

    #[derive(DinteroOrder)]
    #[dintero(part)]
    pub struct Head {
        pub merchant_reference_2: &'static str,
    }

    fn rates(vat: &u8) -> String {
        format!("vat {vat}")
    }

    // edited
    #[derive(DinteroOrder)]
    #[dintero(currency = "NOK", total_mismatch = rounding_line(max = 10))]
    #[dintero(session.customer.customer_id = |self| self.number + 1, partial_payment = false)]
    pub struct Cart {
        #[dintero(to = merchant_reference)]
        #[dintero(to = session.customer.email, with = |number| format!("{number}@shop.example"))]
        number: u32,
        #[dintero(to = amount, exponent = 0)]
        total: i64,
        #[dintero(flatten)]
        head: Head,
        #[dintero(to = event_reference, default = "none")]
        note: Option<&'static str>,
        #[dintero(to = items)]
        lines: Vec<Line>,
        #[dintero(to = store.id, with = rates)]
        vat: u8,
        #[dintero(skip)]
        internal: u8,
    }
    // end

    pub fn sample() -> String {
        let lines = vec![Line { amount: 4997 }, Line { amount: 5001 }];
        let head = Head { merchant_reference_2: "head" };
        let cart = Cart { number: 7, total: 100, head, note: None, lines, vat: 25, internal: 3 };
        let _ = cart.internal;
        let urls = SessionUrls::new("https://shop.example/back");
        super::shown(cart.to_session("profile", urls))
    }
}

mod line {
    use dintero_api::{Currency, Decimal, DinteroOrderItem, MinorUnits, order::order_lines, types::PayoutSplit};

    #[derive(DinteroOrderItem)]
    pub struct AddOn {
        amount: i64,
    }

    fn split(seller: &str, amount: MinorUnits) -> Vec<PayoutSplit> {
        vec![PayoutSplit::new(seller, amount)]
    }

    // edited
    #[derive(DinteroOrderItem)]
    #[dintero(type = Physical, rounding = half_to_even)]
    #[dintero(splits = |self, amount| split(&self.seller, amount))]
    pub struct Line {
        #[dintero(to = id)]
        #[dintero(to = line_id)]
        sku: &'static str,
        #[dintero(to = description, with = |name| name.to_uppercase())]
        name: &'static str,
        #[dintero(to = quantity, default = 2)]
        count: Option<u32>,
        #[dintero(to = net_unit_price, exponent = 4)]
        price: i64,
        #[dintero(to = vat_fraction)]
        rate: Decimal,
        #[dintero(to = discount_percent)]
        sale: u8,
        #[dintero(to = items)]
        add_ons: Vec<AddOn>,
        #[dintero(skip)]
        seller: &'static str,
    }
    // end

    pub fn sample() -> String {
        let add_ons = vec![AddOn { amount: 100 }];
        let rate = Decimal::new(25, 2);
        let line = Line { sku: "A1", name: "chair", count: None, price: 100_005_000, rate, sale: 10, add_ons, seller: "s" };
        super::shown(order_lines(&line, Currency::NOK))
    }
}

mod rows {
    use dintero_api::{Currency, DinteroOrderItem, order::order_lines};

    #[derive(DinteroOrderItem)]
    pub struct Part {
        id: &'static str,
        amount: i64,
    }

    // edited
    #[derive(DinteroOrderItem)]
    #[dintero(vat = 25, type = Physical)]
    pub enum Row {
        Product { id: &'static str, unit_price: i64, quantity: u32 },
        #[dintero(type = Shipping, description = "Post")]
        Freight(#[dintero(to = amount)] i64),
        #[dintero(negative, type = GiftCard, vat = 0)]
        GiftCard {
            #[dintero(to = amount)]
            value: i64,
        },
        #[dintero(bundle)]
        Set {
            amount: i64,
            #[dintero(to = items)]
            parts: Vec<Part>,
        },
        #[dintero(skip)]
        Note(&'static str),
    }
    // end

    pub fn sample() -> String {
        let parts = vec![Part { id: "a", amount: 100 }, Part { id: "b", amount: 300 }];
        let rows = [
            Row::Product { id: "P", unit_price: 500, quantity: 3 },
            Row::Freight(4900),
            Row::Note("wrapped"),
            Row::Set { amount: 200, parts },
            Row::GiftCard { value: 1000 },
        ];
        if let Row::Note(note) = &rows[2] {
            let _ = note;
        }
        super::shown(order_lines(&rows, Currency::NOK))
    }
}

mod freight {
    use dintero_api::{Currency, DinteroAddress, DinteroShippingOption, ToShippingOption};

    #[derive(DinteroAddress)]
    pub struct Point {
        country: &'static str,
    }

    // edited
    #[derive(DinteroShippingOption)]
    #[dintero(delivery_method = pick_up, operator = "Bring", title = |self| format!("{} ({})", self.code, self.days))]
    pub struct Freight {
        #[dintero(to = id)]
        code: &'static str,
        #[dintero(to = net_amount, with = |price| price * 100)]
        price: i64,
        #[dintero(to = vat_basis_points)]
        rate: u32,
        #[dintero(to = pick_up_address)]
        point: Option<Point>,
        #[dintero(skip)]
        days: u8,
    }
    // end

    pub fn sample() -> String {
        let freight = Freight { code: "kiosk", price: 49, rate: 2500, point: Some(Point { country: "NO" }), days: 3 };
        super::shown(freight.to_shipping_option(Currency::NOK))
    }
}

mod coupon {
    use dintero_api::{DinteroDiscount, DinteroOrder, DinteroOrderItem, ToOrder};

    #[derive(DinteroOrderItem)]
    pub struct Line {
        amount: i64,
        vat: u8,
    }

    #[derive(DinteroOrder)]
    #[dintero(currency = "NOK", merchant_reference = "1")]
    pub struct Cart {
        items: Vec<Line>,
        discount: Coupon,
    }

    // edited
    #[derive(DinteroDiscount)]
    #[dintero(as_items, discount_type = "periodic", description = |self| self.name.map(|name| name.trim()))]
    pub struct Coupon {
        #[dintero(to = discount_id, default = "none")]
        code: Option<&'static str>,
        #[dintero(to = percentage, with = u8::clone)]
        percent: u8,
        #[dintero(skip)]
        name: Option<&'static str>,
    }
    // end

    pub fn sample() -> String {
        let items = vec![Line { amount: 1000, vat: 25 }, Line { amount: 500, vat: 15 }];
        let discount = Coupon { code: Some("SPRING"), percent: 10, name: Some(" Spring ") };
        super::shown(Cart { items, discount }.to_order())
    }
}
