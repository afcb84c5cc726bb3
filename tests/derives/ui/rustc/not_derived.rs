use dintero_api::ToOrder;

struct NotDerived;

fn send(_: &impl ToOrder) {}

fn main() {
    send(&NotDerived);
}
