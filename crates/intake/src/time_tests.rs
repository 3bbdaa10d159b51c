//! Tests of reading and settling times.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

#[test]
fn reads_what_libraries_write() {
    for (text, means) in [
        ("2026-11-22T06:31:40.869Z", "2026-11-22T06:31:40.869Z"),
        (
            "2026-11-22T06:30:15.301065+00:00",
            "2026-11-22T06:30:15.301065Z",
        ),
        ("2026-11-22T08:30:15.301+02:00", "2026-11-22T06:30:15.301Z"),
        ("2026-11-22T01:00:15-0530", "2026-11-22T06:30:15Z"),
        ("2026-11-22T07:30+01", "2026-11-22T06:30:00Z"),
        ("2015-2-02T00:30:08.276Z", "2015-02-02T00:30:08.276Z"),
        ("2015-02-2 9:5:07", "2015-02-02T09:05:07Z"),
        (" 2015-02-02 ", "2015-02-02T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z"),
        (
            "2015-02-02T00:00:00.1234567899999z",
            "2015-02-02T00:00:00.123456789Z",
        ),
    ] {
        assert_eq!(parse(text), Some(at(means)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_none() {
    for text in [
        "",
        "yesterday",
        "2015",
        "2015-02",
        "2015-02-30",
        "2015-13-01T00:00:00Z",
        "15-02-02",
        "2015-02-02T",
        "2015-02-02T25:00:00Z",
        "2015-02-02T10:00:00.Z",
        "2015-02-02T10:00:00+1",
        "2015-02-02T10:00:00+01:99",
        "2015-02-02T10:00:00ZZ",
        "1422837008",
        "20150-02-02",
        "2015-02-02T10:00:00é",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn a_wrong_clock_is_corrected() {
    // The sender's clock is an hour ahead; the event happened two seconds before it was sent.
    let received = at("2026-11-22T06:00:00Z");
    let sent = (at("2026-11-22T07:00:00Z"), Rule::BatchSentAt);
    let timing = settle(
        Some(at("2026-11-22T06:59:58Z")),
        Some(sent),
        received,
        TOLERANCE,
        true,
    );
    assert_eq!(timing.happened_at, at("2026-11-22T05:59:58Z"));
    assert_eq!((timing.rule, timing.clamped), (Rule::BatchSentAt, false));
    // A clock that is wrong is corrected of the library that does not refresh, too.
    let same = settle(
        Some(at("2026-11-22T06:59:58Z")),
        Some(sent),
        received,
        TOLERANCE,
        false,
    );
    assert_eq!(same.happened_at, timing.happened_at);
}

#[test]
fn without_a_word_of_sending_times_stay() {
    let received = at("2026-11-22T06:00:00Z");
    let given = settle(
        Some(at("2024-01-02T03:04:05Z")),
        None,
        received,
        TOLERANCE,
        true,
    );
    assert_eq!(
        (given.happened_at, given.rule),
        (at("2024-01-02T03:04:05Z"), Rule::AsGiven)
    );
    let none = settle(
        None,
        Some((received, Rule::EventSentAt)),
        received,
        TOLERANCE,
        true,
    );
    assert_eq!((none.happened_at, none.rule), (received, Rule::Received));
}

#[test]
fn what_lies_ahead_is_set_back_and_kept() {
    let received = at("2026-11-22T06:00:00Z");
    let ahead = at("2036-01-01T00:00:00Z");
    let timing = settle(Some(ahead), None, received, TOLERANCE, true);
    assert!(timing.clamped);
    assert_eq!(
        (timing.happened_at, timing.given),
        (received + TOLERANCE, Some(ahead))
    );
}

#[test]
fn a_library_that_does_not_refresh_keeps_its_times_over_retries() {
    let given = at("2026-11-22T06:30:33.002Z");
    let sent = Some((given, Rule::EventSentAt));
    for wait in [74, 339, 1_379] {
        let received = given + SignedDuration::from_millis(wait);
        let timing = settle(Some(given), sent, received, TOLERANCE, false);
        assert_eq!(
            (timing.happened_at, timing.rule),
            (given, Rule::NotRefreshed)
        );
        assert_eq!(
            settle(Some(given), sent, received, TOLERANCE, true).happened_at,
            received
        );
    }
    let later = given + RETRIES + SignedDuration::from_secs(1);
    assert_eq!(
        settle(Some(given), sent, later, TOLERANCE, false).happened_at,
        later
    );
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    let (from, to) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    prop_oneof![from..=to, 1_600_000_000..1_900_000_000_i64]
        .prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn any_text_is_read_or_not(text in ".{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn what_is_written_is_read(time in any_time(), nanos in 0..1_000_000_000_i32) {
        prop_assume!((0..=9999).contains(&Offset::UTC.to_datetime(time).year()));
        let time = Timestamp::new(time.as_second(), if time.as_second() < 0 { 0 } else { nanos }).unwrap_or(time);
        prop_assert_eq!(parse(&time.to_string()), Some(time));
    }

    #[test]
    fn a_later_time_never_settles_earlier(
        one in any_time(), other in any_time(), sent in proptest::option::of(any_time()), received in any_time(),
        refreshes: bool,
    ) {
        let sent = sent.map(|sent| (sent, Rule::EventSentAt));
        let settled = |given| settle(Some(given), sent, received, TOLERANCE, refreshes).happened_at;
        prop_assert!(settled(one.min(other)) <= settled(one.max(other)));
    }

    #[test]
    fn both_clocks_shifted_alike_settle_alike(
        ago in 0..10_000_000_i64, shift in -10_000_000..10_000_000_i64, received in 1_600_000_000..1_900_000_000_i64,
    ) {
        let time = |second| Timestamp::from_second(second).unwrap();
        let settled = |shift| {
            let sent = received + shift;
            settle(Some(time(sent - ago)), Some((time(sent), Rule::EventSentAt)), time(received), TOLERANCE, true).happened_at
        };
        prop_assert_eq!(settled(shift), settled(0));
    }
}
