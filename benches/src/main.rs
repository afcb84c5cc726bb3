//! Reads or writes one form of a document so many times, for `.ci/figures` to count instructions:
//! `dintero-benches ReadSession Plain 100`. Prints the allocations of the first time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, io};

use dintero_benches::{Form, Subject};

/// Counts what it allocates.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "there is no other way to see allocations")]
// SAFETY: the system's allocator does all the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
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
