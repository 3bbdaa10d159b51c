//! The inbox's door: callers hand events in, one writer gathers what waits into one transaction, and each caller is
//! answered after that is on the disk. It must not look into events, and it has no clock.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::events::{NewEvent, Put};
use crate::store::Registry;

/// What an event takes in memory beside its payload and its id, in bytes, roughly.
const EVENT_BYTES: usize = 200;

/// How much an inbox holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxLimits {
    /// Bytes of the events that wait or are being written, at most; who comes then is refused.
    pub queue_bytes: usize,
    /// Events of one transaction: no caller is added once there are so many.
    pub gather_events: usize,
}

impl Default for InboxLimits {
    fn default() -> Self {
        Self {
            queue_bytes: 64 << 20,
            gather_events: 4_000,
        }
    }
}

/// One caller's events.
struct Handed {
    events: Vec<NewEvent>,
    at: i64,
    answer: oneshot::Sender<Result<Vec<Put>>>,
    /// Room in the queue, given back when this is dropped.
    room: OwnedSemaphorePermit,
}

/// Takes events of many callers at once. Whoever is answered has its events on the disk.
pub struct Inbox {
    room: Arc<Semaphore>,
    queue_bytes: usize,
    queue: Mutex<Option<mpsc::UnboundedSender<Handed>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Inbox {
    /// Starts the writer. It ends with `stop`, or when the inbox is dropped and nothing waits any more.
    pub fn start(registry: Registry, limits: InboxLimits) -> Self {
        let queue_bytes = limits.queue_bytes.min(Semaphore::MAX_PERMITS);
        let (queue, waiting) = mpsc::unbounded_channel();
        let writer = tokio::spawn(write(registry, waiting, limits.gather_events));
        Self {
            room: Arc::new(Semaphore::new(queue_bytes)),
            queue_bytes,
            queue: Mutex::new(Some(queue)),
            writer: Mutex::new(Some(writer)),
        }
    }

    /// Stores events as `Registry::put_events` does and answers after their commit. A full queue is an error at once
    /// (`Error::Overloaded`). A caller that gives up waiting changes nothing: what was handed in is stored.
    pub async fn put(&self, events: Vec<NewEvent>, at: i64) -> Result<Vec<Put>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, answered) = oneshot::channel();
        let bytes = bytes(&events);
        if bytes > self.queue_bytes {
            let problem = format!(
                "are {bytes} bytes and the inbox holds {}: send fewer at once",
                self.queue_bytes
            );
            return Err(Error::invalid("events", problem));
        }
        let overloaded = |what| Error::Overloaded { what };
        let permits = u32::try_from(bytes).map_err(|_| overloaded("one call is too large"))?;
        let room = Arc::clone(&self.room)
            .try_acquire_many_owned(permits)
            .map_err(|_| overloaded("too many events wait"))?;
        let handed = Handed {
            events,
            at,
            answer,
            room,
        };
        let stopping = || overloaded("the inbox is stopping");
        {
            let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            let queue = queue.as_ref().ok_or_else(stopping)?;
            queue.send(handed).map_err(|_| stopping())?;
        }
        answered.await.map_err(|_| Error::NotStored {
            why: "the writer of the inbox broke".into(),
        })?
    }

    /// Bytes that wait or are being written.
    pub fn waiting_bytes(&self) -> usize {
        self.queue_bytes - self.room.available_permits()
    }

    /// Takes nothing more, finishes what was handed in and ends the writer.
    pub async fn stop(&self) {
        let take = |queue: &Mutex<Option<_>>| {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.take()
        };
        drop(take(&self.queue));
        let writer = {
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.take()
        };
        if let Some(writer) = writer {
            // A writer that broke has answered its callers by breaking.
            writer.await.ok();
        }
    }
}

fn bytes(events: &[NewEvent]) -> usize {
    let bytes = |event: &NewEvent| {
        EVENT_BYTES + event.payload.len() + event.message_id.as_ref().map_or(0, String::len)
    };
    events.iter().map(bytes).sum()
}

/// Writes until no one can hand in any more. While one transaction is written the next ones' callers gather; so there
/// is no waiting for company, and the more callers there are, the more share a commit.
async fn write(
    registry: Registry,
    mut waiting: mpsc::UnboundedReceiver<Handed>,
    gather_events: usize,
) {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        let mut count = group[0].events.len();
        while count < gather_events {
            let Ok(next) = waiting.try_recv() else { break };
            count += next.events.len();
            group.push(next);
        }
        commit(&registry, group).await;
    }
}

/// Stores one group, and answers its callers.
async fn commit(registry: &Registry, group: Vec<Handed>) {
    let at = group.iter().map(|handed| handed.at).max().unwrap_or(0);
    let mut events = Vec::new();
    let mut callers = Vec::new();
    for handed in group {
        callers.push((handed.events.len(), handed.answer, handed.room));
        events.extend(handed.events);
    }
    match registry.put_events(&events, at).await {
        Ok(mut puts) => {
            for (count, answer, _room) in callers {
                let rest = puts.split_off(count);
                // Nobody listens where the caller gave up.
                answer.send(Ok(std::mem::replace(&mut puts, rest))).ok();
            }
        }
        Err(error) => {
            for (_, answer, _room) in callers {
                let why = error.to_string();
                answer.send(Err(Error::NotStored { why })).ok();
            }
        }
    }
}
