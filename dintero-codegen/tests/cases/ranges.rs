use dintero_api::generated::ranges::operations::{
    ChangeRangeSuccess, CreateRangeSuccess, ReplaceRangeSuccess,
};

use crate::server::{exchange, response};

const JOB: &str = "{\"job\":\"j\"}";
const REPORT: &str = "{\"text\":\"t\"}";

#[test]
fn a_range_is_every_other_success() {
    for status in [200, 201, 203, 206] {
        let reply = response(status, REPORT);
        let (_, created) = exchange(&reply, async |c| c.ranges().create().await.unwrap());
        let CreateRangeSuccess::Status2xx(report) = created.into_inner() else { panic!("{status}") };
        assert_eq!(report.text, "t");
    }
    let (_, created) =
        exchange(&response(202, JOB), async |c| c.ranges().create().await.unwrap());
    let CreateRangeSuccess::Status202(job) = created.into_inner() else { panic!() };
    assert_eq!(job.job, "j");
}

#[test]
fn a_range_may_come_first() {
    for status in [201, 202] {
        let (_, replaced) =
            exchange(&response(status, JOB), async |c| c.ranges().replace().await.unwrap());
        assert!(matches!(replaced.into_inner(), ReplaceRangeSuccess::Status2xx(_)), "{status}");
    }
    let (_, replaced) =
        exchange(&response(200, REPORT), async |c| c.ranges().replace().await.unwrap());
    assert!(matches!(replaced.into_inner(), ReplaceRangeSuccess::Status200(_)));
}

#[test]
fn the_order_of_statuses_has_no_meaning() {
    let (_, changed) =
        exchange(&response(203, REPORT), async |c| c.ranges().change().await.unwrap());
    assert!(matches!(changed.into_inner(), ChangeRangeSuccess::Status200(_)));
    let (_, changed) =
        exchange(&response(202, JOB), async |c| c.ranges().change().await.unwrap());
    assert!(matches!(changed.into_inner(), ChangeRangeSuccess::Status202(_)));
}
