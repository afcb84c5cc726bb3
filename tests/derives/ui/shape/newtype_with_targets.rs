use dintero_api::DinteroValue;

#[derive(DinteroValue)]
#[dintero(country = "NO", skip_unmapped, exponent = 2)]
struct Ore {
    #[dintero(to = amount, exponent = 2)]
    ore: i64,
    #[dintero(skipp)]
    note: String,
}

#[derive(DinteroValue)]
#[dintero(crat = dintero_api)]
struct Id(#[dintero(DinteroValue(postal_cod))] String);

fn main() {}
