//! Two sellers and the platform's commission, for lines and for the freight.

use dintero_api::types::PayoutSplit;
use dintero_api::{
    DinteroOrder, DinteroOrderItem, DinteroShippingOption, DinteroValue, MinorUnits,
};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
#[dintero(items = |self| self.sales())]
struct Market {
    #[dintero(to = merchant_reference)]
    id: String,
    currency: String,
    #[dintero(skip)]
    platform: SellerId,
    #[dintero(skip)]
    lines: Vec<Sale>,
    #[dintero(to = shipping_option)]
    freight: Freight,
}

impl Market {
    /// Returns each line paired with the platform, because a `Sale` does not contain the platform.
    fn sales(&self) -> Vec<OnPlatform<'_>> {
        let platform = &self.platform;
        self.lines.iter().map(|sale| OnPlatform { sale, platform }).collect()
    }
}

#[derive(DinteroOrderItem)]
#[dintero(
    splits = |self, amount| self.sale.shares(self.platform, amount),
    fee_split.type = Proportional,
    fee_split.destinations = |self| vec![self.platform.0.clone()],
)]
struct OnPlatform<'a> {
    #[dintero(flatten)]
    sale: &'a Sale,
    #[dintero(skip)]
    platform: &'a SellerId,
}

#[derive(DinteroOrderItem)]
struct Sale {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = unit_price)]
    unit_ore: i64,
    vat: u8,
    #[dintero(skip)]
    seller: SellerId,
    #[dintero(skip)]
    commission_bps: u32,
}

impl Sale {
    fn shares(&self, platform: &SellerId, amount: MinorUnits) -> Vec<PayoutSplit> {
        let commission = (amount.get() * i64::from(self.commission_bps) + 5_000) / 10_000;
        vec![
            PayoutSplit::new(self.seller.0.as_str(), amount.get() - commission),
            PayoutSplit::new(platform.0.as_str(), commission),
        ]
    }
}

#[derive(DinteroShippingOption)]
#[dintero(
    delivery_method = Delivery,
    splits = |self, amount| vec![PayoutSplit::new(self.seller.0.as_str(), amount)],
)]
struct Freight {
    #[dintero(to = id)]
    code: String,
    title: String,
    #[dintero(to = operator)]
    carrier: String,
    #[dintero(to = amount)]
    ore: i64,
    vat: u8,
    #[dintero(skip)]
    seller: SellerId,
}

#[derive(DinteroValue)]
struct SellerId(String);

fn seller(id: &str) -> SellerId {
    SellerId(id.into())
}

#[test]
fn marketplace_splits() {
    let lock = Sale {
        sku: "BIKE-LOCK".into(),
        name: "Bike lock".into(),
        qty: 1,
        unit_ore: 49990,
        vat: 25,
        seller: seller("seller-a"),
        commission_bps: 1000,
    };
    let bell = Sale {
        sku: "BELL".into(),
        name: "Bell".into(),
        qty: 2,
        unit_ore: 12995,
        vat: 25,
        seller: seller("seller-b"),
        commission_bps: 1250,
    };
    let freight = Freight {
        code: "home".into(),
        title: "Home delivery".into(),
        carrier: "Bring".into(),
        ore: 4900,
        vat: 25,
        seller: seller("seller-a"),
    };
    let cart = Market {
        id: "M-9".into(),
        currency: "NOK".into(),
        platform: seller("platform"),
        lines: vec![lock, bell],
        freight,
    };
    let fee_split = json!({"type": "proportional", "destinations": ["platform"]});
    let expected = json!({
        "amount": 80880, "currency": "NOK", "merchant_reference": "M-9", "vat_amount": 16176,
        "items": [
            {
                "id": "BIKE-LOCK", "line_id": "1", "description": "Bike lock", "quantity": 1,
                "amount": 49990, "vat_amount": 9998, "vat": 25,
                "splits": [
                    {"payout_destination_id": "seller-a", "amount": 44991},
                    {"payout_destination_id": "platform", "amount": 4999},
                ],
                "fee_split": fee_split,
            },
            {
                "id": "BELL", "line_id": "2", "description": "Bell", "quantity": 2,
                "amount": 25990, "vat_amount": 5198, "vat": 25,
                "splits": [
                    {"payout_destination_id": "seller-b", "amount": 22741},
                    {"payout_destination_id": "platform", "amount": 3249},
                ],
                "fee_split": fee_split,
            },
        ],
        "shipping_option": {
            "id": "home", "line_id": "home", "amount": 4900, "vat_amount": 980, "vat": 25,
            "title": "Home delivery", "operator": "Bring", "delivery_method": "delivery",
            "splits": [{"payout_destination_id": "seller-a", "amount": 4900}],
        },
    });
    assert_order(&cart, &expected);
}
