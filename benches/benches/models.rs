//! Compares time and allocations of models with serde's derive: `cargo bench -p dintero-benches`.

use dintero_benches::{Form, Subject};

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = Form::ALL)]
fn read_100_transactions(bencher: divan::Bencher<'_, '_>, form: &Form) {
    bencher.bench_local(Subject::ReadTransactions.prepare(*form));
}

#[divan::bench(args = Form::ALL)]
fn read_session(bencher: divan::Bencher<'_, '_>, form: &Form) {
    bencher.bench_local(Subject::ReadSession.prepare(*form));
}

#[divan::bench(args = Form::ALL)]
fn write_session_of_50_lines(bencher: divan::Bencher<'_, '_>, form: &Form) {
    bencher.bench_local(Subject::WriteSession.prepare(*form));
}
