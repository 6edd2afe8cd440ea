//! Rounds: the servers take turns under the same load.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use recallai_webhook_hyper::dispatch::inbox::Inbox;
use recallai_webhook_inbox_sqlite::SqliteInbox;
use tempfile::TempDir;

use crate::report::Report;
use crate::series::Series;
use crate::server::{self, Kind};
use crate::shared::process::Running;
use crate::shared::wire::on_a_runtime;
use crate::{load, open_loop};

/// How many deliveries a second are signed before a round: more than any server here takes.
const PER_CONNECTION: usize = 8_000;
const AT_MOST: usize = 100_000;

/// Servers that run.
pub(crate) struct Rounds {
    servers: Vec<Served>,
}

struct Served {
    kind: Kind,
    series: Series,
    running: Running,
    folder: TempDir,
}

impl Rounds {
    pub(crate) fn start(target: &Path, kinds: &[Kind]) -> io::Result<Self> {
        let servers = kinds.iter().map(|kind| Served::start(*kind, target));
        Ok(Self { servers: servers.collect::<io::Result<_>>()? })
    }

    /// Each server under connections that wait for their replies.
    pub(crate) fn closed(
        &mut self,
        connections: usize,
        time: Duration,
        report: &mut Report,
    ) -> io::Result<()> {
        for served in &mut self.servers {
            served.closed(connections, time, report)?;
        }
        Ok(())
    }

    /// Each durable server under so many deliveries a second, whether it keeps up or not.
    pub(crate) fn open(
        &mut self,
        rate: u32,
        time: Duration,
        report: &mut Report,
    ) -> io::Result<()> {
        for served in self.servers.iter_mut().filter(|served| served.kind.is_durable()) {
            let count = f64::from(rate) * time.as_secs_f64();
            let requests = served.series.take(count as usize)?;
            let times = open_loop::round(served.running.address, rate, requests)?;
            let name = served.kind.name();
            for percent in [50, 99] {
                let figure = format!("{name}/open-{rate}/p{percent}-us");
                report.add(&figure, times.percentile(percent));
            }
            served.drain()?;
        }
        Ok(())
    }
}

impl Rounds {
    /// How much memory the first server has, in KiB.
    pub(crate) fn resident(&self) -> io::Result<f64> {
        self.servers.first().ok_or(io::ErrorKind::NotFound)?.running.resident()
    }

    /// Kills the first server under load. Returns how many milliseconds its inbox then takes to open, and how
    /// long the log was that it left, in MiB.
    pub(crate) fn kill(mut self, connections: usize, time: Duration) -> io::Result<(f64, f64)> {
        let served = self.servers.first_mut().ok_or(io::ErrorKind::NotFound)?;
        let requests = served.series.take((AT_MOST as f64 * time.as_secs_f64()) as usize)?;
        let address = served.running.address;
        // It ends with an error, when the server does.
        let load = thread::spawn(move || load::round(address, connections, requests, 2 * time));
        thread::sleep(time);
        served.running.kill()?;
        let _ = load.join().map_err(|_| io::Error::other("the load panicked"))?;
        let inbox = server::inbox(served.folder.path());
        let log = fs::metadata(inbox.with_extension("db-wal"))?.len();
        let begun = Instant::now();
        let opened = SqliteInbox::open(inbox).map_err(io::Error::other)?;
        let took = begun.elapsed();
        drop(opened);
        Ok((took.as_secs_f64() * 1e3, log as f64 / 1_048_576.0))
    }

    /// The most memory that the first server had under load, in KiB.
    pub(crate) fn while_loaded(&mut self, connections: usize, time: Duration) -> io::Result<f64> {
        let served = self.servers.first_mut().ok_or(io::ErrorKind::NotFound)?;
        let requests = served.series.take((AT_MOST as f64 * time.as_secs_f64()) as usize)?;
        let address = served.running.address;
        let load = thread::spawn(move || load::round(address, connections, requests, time));
        let mut peak = 0.0_f64;
        while !load.is_finished() {
            peak = peak.max(served.running.resident()?);
            thread::sleep(Duration::from_millis(20));
        }
        load.join().map_err(|_| io::Error::other("the load panicked"))??;
        served.drain()?;
        Ok(peak)
    }
}

impl Served {
    fn start(kind: Kind, target: &Path) -> io::Result<Self> {
        // On the disk that `target` is on; temporary folders are often in memory.
        let folder = tempfile::tempdir_in(target)?;
        let running = server::start(kind, target, folder.path())?;
        Ok(Self { kind, series: Series::begin()?, running, folder })
    }

    fn closed(
        &mut self,
        connections: usize,
        time: Duration,
        report: &mut Report,
    ) -> io::Result<()> {
        let name = format!("{}/{connections}", self.kind.name());
        let rate = (PER_CONNECTION * connections).min(AT_MOST) as f64;
        let requests = self.series.take(connections + (rate * time.as_secs_f64()) as usize)?;
        let before = thread_times(self.running.pid());
        let start = Instant::now();
        let round = load::round(self.running.address, connections, requests, time)?;
        self.drain()?;
        let drained = start.elapsed();
        let after = thread_times(self.running.pid());

        let deliveries = round.times.len() as f64;
        report.add(&name, deliveries / round.took.as_secs_f64());
        report.add(&format!("{name}/p50-us"), round.times.percentile(50));
        report.add(&format!("{name}/p99-us"), round.times.percentile(99));
        if self.kind == Kind::Subscribed {
            report.add(&format!("{name}/drained"), deliveries / drained.as_secs_f64());
        }
        let mut all = 0.0;
        for (thread, time) in after {
            let spent = time.saturating_sub(before.get(&thread).copied().unwrap_or_default());
            let micros = spent.as_secs_f64() * 1e6 / deliveries;
            all += micros;
            report.thread(&name, &thread, micros);
        }
        report.add(&format!("{name}/cpu-us"), all);
        Ok(())
    }

    /// Waits until every job is done.
    fn drain(&self) -> io::Result<()> {
        if self.kind != Kind::Subscribed {
            return Ok(());
        }
        let inbox = SqliteInbox::attach(server::inbox(self.folder.path()));
        let inbox = inbox.map_err(io::Error::other)?;
        on_a_runtime(async {
            loop {
                let open = inbox.subscriptions().await.map_err(io::Error::other)?;
                if open.iter().all(|subscription| subscription.jobs.values().all(|n| *n == 0)) {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(10));
            }
        })
    }
}

/// How long the threads of a process have run on a processor, by name, where the system says.
fn thread_times(pid: u32) -> BTreeMap<String, Duration> {
    let mut times = BTreeMap::<String, Duration>::new();
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return times };
    for thread in threads.flatten() {
        let read = |file: &str| fs::read_to_string(thread.path().join(file)).unwrap_or_default();
        let nanos = read("schedstat").split(' ').next().and_then(|nanos| nanos.parse().ok());
        let name = read("comm").trim().to_owned();
        *times.entry(name).or_default() += Duration::from_nanos(nanos.unwrap_or_default());
    }
    times
}
