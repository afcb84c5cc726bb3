//! A model test of payments: random schedules of a shop that creates sessions, captures, refunds and voids, against a
//! small Dintero that keeps the books, loses responses, shows events late or in part, and sees the shop crash.
//!
//! After each step: no more is captured than authorized and refunded than captured, each reference moves money once, and
//! what the client says agrees with the books or is "unknown".

mod books;
mod clock;
mod payment;
mod schedule;
#[path = "../support/server.rs"]
mod server;
mod shop;
mod sight;

use std::sync::{Arc, Mutex, PoisonError};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

use crate::books::Dintero;
use crate::clock::ModelClock;
use crate::schedule::{Call, Fate, Operation, Sight, Step, steps};
use crate::server::Server;
use crate::shop::Shop;

/// Two thousand schedules; `PROPTEST_CASES` says another number.
const SCHEDULES: u32 = 2000;

/// The server on its own thread, the books behind it, and the time that all of them go by.
struct World {
    server: Server,
    dintero: Arc<Mutex<Dintero>>,
    /// One process for many schedules; a crash begins another.
    shop: Mutex<Shop>,
    _host: Runtime,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ModelClock::default());
        let dintero = Arc::new(Mutex::new(Dintero::new(clock.clone())));
        let mut host = tokio::runtime::Builder::new_multi_thread();
        let host = host.worker_threads(1).enable_all().build().unwrap();
        let answering = dintero.clone();
        let server = host
            .block_on(Server::start(move |request, _| answering.lock().unwrap().answer(request)));
        let shop = Mutex::new(Shop::new(&server, dintero.clone(), clock));
        Self { server, dintero, shop, _host: host }
    }

    fn run(&self, steps: &[Step]) -> Result<(), TestCaseError> {
        self.dintero.lock().unwrap().start_over();
        self.server.forget();
        let mut shop = self.shop.lock().unwrap_or_else(PoisonError::into_inner);
        shop.start_over();
        for step in steps {
            shop.take(step)?;
            self.dintero.lock().unwrap().check()?;
        }
        shop.finish()?;
        self.dintero.lock().unwrap().check()
    }
}

#[test]
fn books_and_client_agree_on_every_schedule() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: cases.unwrap_or(SCHEDULES),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..ProptestConfig::default()
    };
    let world = World::new();
    let result = TestRunner::new(config).run(&steps(), |steps| world.run(&steps));
    if let Err(error) = result {
        panic!("{error}");
    }
    // A model in which nothing happens would prove nothing.
    if cases.is_none_or(|cases| cases >= SCHEDULES) {
        world.dintero.lock().unwrap().seen.assert_all();
    }
}

/// Found by the schedules once in thousands: a void without any id fails, and does not look as if it were in progress
/// for ever.
#[test]
fn failed_void_of_a_second_payment_is_made_again() {
    let call = |fate| Call { sights: Vec::new(), fate, crash_after: None };
    let world = World::new();
    let result = world.run(&[
        Step::Create { response_is_lost: false },
        Step::Create { response_is_lost: false },
        Step::Pay(0),
        Step::Pay(1),
        Step::Callback(0, call(Fate::Done)),
        Step::Callback(1, call(Fate::AcceptedWithoutId)),
        Step::Finish { succeeds: false },
    ]);
    assert!(result.is_ok(), "{result:?}");
}

/// Found by the schedules once in thousands: a read that still showed a capture that had failed since. What the request
/// took (the odd unit of a line that does not divide, or all that was left) is not what it would take now, and it is
/// the same operation.
#[test]
fn change_that_was_computed_from_a_late_read_is_found_again() {
    let call = |fate, sights: &[Sight]| Call { sights: sights.to_vec(), fate, crash_after: None };
    let world = World::new();
    for (operation, sight) in [
        Operation::CaptureUnit,
        Operation::CaptureUnitAndFreight,
        Operation::CaptureEverything,
        Operation::RefundUnit,
        Operation::RefundEverything,
    ]
    .into_iter()
    .flat_map(|operation| [Sight::Late, Sight::LateEvents].map(|sight| (operation, sight)))
    {
        let other = match operation {
            Operation::CaptureUnit => Operation::CaptureUnitAndFreight,
            Operation::RefundUnit | Operation::RefundEverything => Operation::RefundAmount,
            _ => Operation::CaptureUnit,
        };
        let whole = call(Fate::Done, &[]);
        let mut steps = vec![
            Step::Create { response_is_lost: false },
            Step::Pay(0),
            Step::Callback(0, whole.clone()),
        ];
        if other == Operation::RefundAmount {
            steps.push(Step::Change(Operation::CaptureUnit, whole.clone()));
            steps.push(Step::Change(Operation::CaptureLine, whole.clone()));
        }
        steps.extend([
            Step::Pass(4000),
            Step::Change(other, call(Fate::Accepted, &[])),
            Step::Pass(4000),
            Step::Finish { succeeds: false },
            Step::Change(operation, call(Fate::Done, &[sight])),
            Step::Change(operation, whole),
        ]);
        let result = world.run(&steps);
        assert!(result.is_ok(), "{operation:?}, {sight:?}: {result:?}");
    }
}
