use dintero_api::DinteroValue;

#[derive(DinteroValue)]
#[dintero(country = "NO", skip_unmapped)]
struct Ore {
    #[dintero(to = amount, exponent = 2)]
    ore: i64,
}

fn main() {}
