//! The floor: a file that only grows, with one sync for all that wait.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

use recallai_webhook_inbox::NewMessage;
use tokio::sync::oneshot;

type Waiting = VecDeque<(NewMessage, oneshot::Sender<()>)>;

pub(crate) struct Floor {
    queue: Arc<(Mutex<(Waiting, bool)>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Floor {
    pub(crate) fn open(path: &Path) -> Self {
        let mut file = File::create(path).unwrap();
        let queue = Arc::new((Mutex::new((Waiting::new(), false)), Condvar::new()));
        let shared = Arc::clone(&queue);
        let run = move || {
            let mut bytes = Vec::new();
            loop {
                let (queue, ready) = &*shared;
                let waits = |queue: &mut (Waiting, bool)| queue.0.is_empty() && !queue.1;
                let mut queue = ready.wait_while(queue.lock().unwrap(), waits).unwrap();
                let batch = std::mem::take(&mut queue.0);
                drop(queue);
                if batch.is_empty() {
                    return;
                }
                bytes.clear();
                for (message, _) in &batch {
                    bytes.extend_from_slice(message.id.as_bytes());
                    bytes.extend_from_slice(&message.body);
                }
                file.write_all(&bytes).unwrap();
                file.sync_data().unwrap();
                for (_, reply) in batch {
                    let _ = reply.send(());
                }
            }
        };
        let thread = thread::Builder::new().name("floor-write".into()).spawn(run).unwrap();
        Self { queue, thread: Some(thread) }
    }

    pub(crate) async fn append(&self, message: NewMessage) {
        let (reply, answer) = oneshot::channel();
        let (queue, ready) = &*self.queue;
        queue.lock().unwrap().0.push_back((message, reply));
        ready.notify_one();
        answer.await.unwrap();
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.queue.0.lock().unwrap().1 = true;
        self.queue.1.notify_one();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
