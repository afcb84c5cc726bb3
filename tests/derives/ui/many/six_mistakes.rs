use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    ammount: i64,
    #[dintero(skipp)]
    remark: String,
    note: String,
    #[dintero(to = amount)]
    total: i64,
    #[dintero(to = amount)]
    sum: i64,
    #[dintero(frobnicate)]
    event_reference: String,
}

fn main() {}
