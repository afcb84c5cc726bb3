//! Reads or writes one form of a document a given number of times, so that `.ci/figures` can count instructions:
//! `dintero-benches ReadSession Plain 100`. Prints the allocations of the first repetition.

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, io};

use dintero_benches::{Form, Subject};

/// Counts allocations.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "only a global allocator sees all allocations")]
// SAFETY: every call is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller upholds the contract of `GlobalAlloc`, which is also the contract of the system's
        // allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [subject, form, times] = arguments.as_slice() else {
        return Err("usage: dintero-benches SUBJECT FORM TIMES".into());
    };
    let once = Subject::prepare(subject.parse::<Subject>()?, form.parse::<Form>()?);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    once();
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    for _ in 0..times.parse()? {
        once();
    }
    Ok(writeln!(io::stdout(), "{allocations}")?)
}
