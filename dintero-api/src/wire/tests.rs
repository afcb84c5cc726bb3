//! Tests of the layer on types that are written by hand, as the generator would write them.
