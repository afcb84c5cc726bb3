#[derive(DinteroOrder)]
#[dintero(crate = shop::dintero)]
struct Cart<'a, L> {
    ammount: i64,
    #[dintero(to = )]
    lines: &'a [L],
}

#[derive(DinteroOrderItem)]
struct Line(String);

#[derive(DinteroValue)]
struct Pair(u8, u8);
