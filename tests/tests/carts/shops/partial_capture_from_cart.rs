//! When a part of an order ships, the capture uses the order's own line ids.

use dintero_api::order::Capture;
use dintero_api::types::SessionOrder;
use serde_json::json;

use super::docs_chair_with_shipping_option::chairs;
use crate::{assert_json, order};

const CAPTURE: &str =
    "/paths/~1transactions~1{id}~1capture/post/requestBody/content/application~1json/schema";

struct Shipment {
    capture_id: String,
    lines: Vec<(LineId, u32)>,
    with_freight: bool,
}

struct LineId(String);

impl Shipment {
    fn capture<'o>(&self, order: &'o SessionOrder) -> Capture<'o> {
        let capture = Capture::first(order).reference(self.capture_id.as_str());
        let capture =
            self.lines.iter().fold(capture, |capture, (id, qty)| capture.line(&id.0, *qty));
        if self.with_freight { capture.shipping() } else { capture }
    }
}

#[test]
fn partial_capture_from_cart() {
    let order = order(&chairs(2));
    let shipment = Shipment {
        capture_id: "ship-1".into(),
        lines: vec![(LineId("1".into()), 1)],
        with_freight: true,
    };
    let request = shipment.capture(&order).request().expect("the shipment can be captured");
    let expected = json!({
        "amount": 33890, "capture_reference": "ship-1",
        "items": [
            {"line_id": "1", "quantity": 1, "amount": 29990},
            {"line_id": "local-pick-up-point", "quantity": 1, "amount": 3900},
        ],
    });
    assert_json(CAPTURE, &request, &expected);
}
