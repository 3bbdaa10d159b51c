//! How often one address may try to sign in. In memory, small: what it guards is a secret that cannot be
//! guessed; the limit keeps the registry from being kept busy.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tries of one address in a window.
const TRIES_MAX: u32 = 30;
/// The window.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered at most.
const ADDRESSES_MAX: usize = 4_096;

/// How often each address tried to sign in.
#[derive(Debug, Default)]
pub(crate) struct LoginLimit(Mutex<HashMap<IpAddr, (Instant, u32)>>);

impl LoginLimit {
    /// Counts a try; `Err` holds the seconds to wait.
    pub fn count(&self, from: IpAddr, now: Instant) -> Result<(), u64> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES_MAX && !tries.contains_key(&from) {
            tries.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        }
        if tries.len() >= ADDRESSES_MAX && !tries.contains_key(&from) {
            return Err(WINDOW.as_secs());
        }
        let (since, count) = tries.entry(from).or_insert((now, 0));
        let passed = now.duration_since(*since);
        if passed >= WINDOW {
            (*since, *count) = (now, 0);
        }
        if *count >= TRIES_MAX {
            return Err((WINDOW - passed).as_secs() + 1);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_waits_and_another_does_not() {
        let limit = LoginLimit::default();
        let (a, b) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let now = Instant::now();
        for _ in 0..TRIES_MAX {
            assert_eq!(limit.count(a, now), Ok(()));
        }
        assert_eq!(limit.count(a, now), Err(61));
        assert_eq!(limit.count(b, now), Ok(()));
        assert_eq!(limit.count(a, now + WINDOW), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let limit = LoginLimit::default();
        let now = Instant::now();
        let address = |i: u32| IpAddr::from(i.to_be_bytes());
        let last = u32::try_from(ADDRESSES_MAX).unwrap_or(u32::MAX);
        for i in 0..last {
            assert_eq!(limit.count(address(i), now), Ok(()));
        }
        assert!(limit.count(address(last), now).is_err());
        assert_eq!(limit.count(address(last), now + WINDOW), Ok(()));
    }
}
