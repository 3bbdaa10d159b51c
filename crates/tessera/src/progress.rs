//! Progress on standard error: a bar in a terminal, a line now and then elsewhere, nothing on standard
//! output. Ctrl-C asks the work to stop at its next safe point.

use engine::Report;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shows where a long command stands.
pub struct Bar {
    bar: ProgressBar,
    stage: Mutex<String>,
    stop: Arc<AtomicBool>,
}

impl Bar {
    /// A bar that also listens for Ctrl-C: the first asks to stop, the second ends the program.
    pub fn new() -> Arc<Self> {
        let bar = ProgressBar::no_length();
        let style =
            ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        let stop = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&stop);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if heard.swap(true, Ordering::SeqCst) {
                    std::process::exit(1);
                }
                eprintln!("stopping at the next safe point; once more Ctrl-C ends at once");
            }
        });
        Arc::new(Self {
            bar,
            stage: Mutex::new(String::new()),
            stop,
        })
    }
}

impl Report for Bar {
    fn stage(&self, name: &str) {
        if let Ok(mut stage) = self.stage.lock() {
            if *stage != name && self.bar.is_hidden() {
                eprintln!("… {name}");
            }
            *stage = name.to_string();
        }
        self.bar.set_message(name.to_string());
        self.bar.set_position(0);
        self.bar.unset_length();
    }

    fn tick(&self, done: u64, total: Option<u64>) {
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
