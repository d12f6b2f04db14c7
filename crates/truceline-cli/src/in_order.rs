//! Work on many threads, results in the order of the items. Comes in: items, one by one. Goes out:
//! each result, in order. Holds items up to a weight: a slow writer makes readers wait.

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// Results that may wait for an earlier one, for each thread: a page that is read takes as long as
/// hundreds that are sieved out.
const WAITING: usize = 512;

/// What items that are not done may weigh, in bytes.
const HEAVIEST: usize = 48 << 20;

/// Stops at the first error of `give` and returns it.
pub fn in_order<T: Send, R: Send, E>(
    items: impl Iterator<Item = T>,
    threads: usize,
    weigh: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Sync,
    mut give: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    if threads <= 1 {
        return items.map(work).try_for_each(give);
    }
    let (undone, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (todo, jobs) = channel::<(T, usize, Sender<R>)>();
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    // Not `while let`: that would hold the lock during the work.
                    let job = jobs.lock().expect("no thread panics while it holds the lock").recv();
                    let Ok((item, weight, done)) = job else { break };
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    let result = work(item);
                    undone.fetch_sub(weight, Ordering::Relaxed);
                    // The receiver is gone where writing has failed: nobody wants the result.
                    let _ = done.send(result);
                }
            });
        }
        let todo = todo;
        let mut waiting: VecDeque<Receiver<R>> = VecDeque::new();
        let all = || {
            for item in items {
                let weight = weigh(&item);
                loop {
                    let full = waiting.len() >= threads * WAITING
                        || undone.load(Ordering::Relaxed) + weight > HEAVIEST;
                    let Some(first) = waiting.front() else { break };
                    let result = match first.try_recv() {
                        Ok(result) => result,
                        Err(_) if full => first.recv().expect("each job is answered"),
                        Err(_) => break,
                    };
                    waiting.pop_front();
                    give(result)?;
                }
                undone.fetch_add(weight, Ordering::Relaxed);
                let (done, result) = channel();
                todo.send((item, weight, done)).expect("threads live as long as jobs may come");
                waiting.push_back(result);
            }
            waiting.iter().try_for_each(|it| give(it.recv().expect("each job is answered")))
        };
        let given = all();
        // What still waits for work after a failure is wanted by nobody.
        ended.store(true, Ordering::Relaxed);
        given
    })
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_keep_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            let mut got = Vec::new();
            let slow_when_even = |it: u64| {
                std::thread::sleep(std::time::Duration::from_micros((it + 1) % 2 * 300));
                it * it
            };
            let done: Result<(), ()> = in_order(
                0..100,
                threads,
                |_| 1,
                slow_when_even,
                |it| {
                    got.push(it);
                    Ok(())
                },
            );
            assert_eq!(done, Ok(()));
            assert_eq!(got, (0..100).map(|it| it * it).collect::<Vec<_>>(), "{threads} threads");
        }
    }

    #[test]
    fn a_failed_writer_ends_the_work() {
        for threads in [1, 3] {
            let mut given = 0;
            let stopped = in_order(
                0..,
                threads,
                |_| 1 << 20,
                |it: u64| it,
                |_| {
                    given += 1;
                    if given == 5 { Err("full") } else { Ok(()) }
                },
            );
            assert_eq!((stopped, given), (Err("full"), 5));
        }
    }
}
