//! Work on many threads, results in the order of the items. Comes in: items, one by one. Goes out:
//! each result, in order. Holds at most a few items a thread: a slow writer makes readers wait.

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// Results that may wait for an earlier one, for each thread.
const WAITING: usize = 4;

/// Stops at the first error of `give` and returns it.
pub fn in_order<T: Send, R: Send, E>(
    items: impl Iterator<Item = T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
    mut give: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    if threads <= 1 {
        return items.map(work).try_for_each(give);
    }
    let (todo, jobs) = channel::<(T, Sender<R>)>();
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    // Not `while let`: that would hold the lock during the work.
                    let job = jobs.lock().expect("no thread panics while it holds the lock").recv();
                    let Ok((item, done)) = job else { break };
                    // The receiver is gone where writing has failed: nobody wants the result.
                    let _ = done.send(work(item));
                }
            });
        }
        let todo = todo;
        let mut waiting: VecDeque<Receiver<R>> = VecDeque::new();
        let mut next = |waiting: &mut VecDeque<Receiver<R>>| match waiting.pop_front() {
            Some(result) => give(result.recv().expect("each job is answered")),
            None => Ok(()),
        };
        for item in items {
            if waiting.len() >= threads * WAITING {
                next(&mut waiting)?;
            }
            let (done, result) = channel();
            todo.send((item, done)).expect("threads live as long as jobs may come");
            waiting.push_back(result);
        }
        while !waiting.is_empty() {
            next(&mut waiting)?;
        }
        Ok(())
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
            let done: Result<(), ()> = in_order(0..100, threads, slow_when_even, |it| {
                got.push(it);
                Ok(())
            });
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
