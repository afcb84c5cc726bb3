use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(description = |self| match &self.note { Some(note) => note.clone(), None => return })]
struct Line {
    amount: i64,
    #[dintero(skip)]
    note: Option<String>,
}

fn main() {}
