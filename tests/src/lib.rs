//! Helpers for the tests of the workspace as a whole.
