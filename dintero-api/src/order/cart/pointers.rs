//! Forwarding implementations of the cart traits for references and smart pointers.

/// Implements the cart traits for references and owning pointers by forwarding calls to the target of the pointer.
macro_rules! pointers {
    ($($trait:ident { fn $method:ident(&self $(, $argument:ident: $type:ty)?) -> $result:ty; })*) => {$(
        pointers! { @each $trait $method ($($argument: $type)?) ($result)
            [&T] [&mut T] [Box<T>] [std::rc::Rc<T>] [std::sync::Arc<T>] }

        #[diagnostic::do_not_recommend]
        impl<T: $trait + ToOwned + ?Sized> $trait for std::borrow::Cow<'_, T> {
            #[inline]
            fn $method(&self $(, $argument: $type)?) -> $result {
                T::$method(self $(, $argument)?)
            }
        }
    )*};
    (@each $trait:ident $method:ident $arguments:tt $result:tt $([$($pointer:tt)*])*) => {
        $(pointers! { @one $trait $method $arguments $result $($pointer)* })*
    };
    (@one $trait:ident $method:ident ($($argument:ident: $type:ty)?) ($result:ty) $($pointer:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<T: $trait + ?Sized> $trait for $($pointer)* {
            #[inline]
            fn $method(&self $(, $argument: $type)?) -> $result {
                T::$method(self $(, $argument)?)
            }
        }
    };
}

pub(super) use pointers;
