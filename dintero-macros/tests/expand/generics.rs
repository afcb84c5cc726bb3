#[derive(DinteroOrder)]
struct Cart<'a, L, R: Clone, const N: usize>
where
    L: Debug,
{
    #[dintero(to = merchant_reference)]
    id: &'a R,
    currency: Currency,
    #[dintero(to = items)]
    lines: [L; N],
    #[dintero(to = items)]
    more: Option<&'a [L]>,
    store: Option<Shop<R>>,
}

#[derive(DinteroOrderItem)]
#[dintero(bound(P: ToPrice))]
struct Line<P> {
    #[dintero(to = unit_price)]
    price: P,
}

#[derive(DinteroOrderItem)]
struct Nested<P> {
    #[dintero(to = unit_price, exponent = 2)]
    price: Option<P>,
    #[dintero(to = items)]
    addons: Vec<Nested<P>>,
    #[dintero(to = kind)]
    what: P,
}
