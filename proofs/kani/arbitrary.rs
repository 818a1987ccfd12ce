//! The types with arbitrary values.

use std::any::type_name;

use crate::domain::Domain;
use crate::search;

/// A type any value of which can be asked for.
///
/// Small domains are enumerated. The large integers have the trait as well, so that a harness for Kani compiles, but to
/// ask for one fails with the advice to bound it.
pub trait Arbitrary: Sized {
    /// Any value of the type.
    fn any() -> Self;
}

impl Arbitrary for bool {
    fn any() -> Self {
        search::choose("bool", Domain::Truth) == 1
    }
}

/// Implements the trait for integers whose values can all be tried.
macro_rules! enumerated {
    ($($integer:ty),*) => {$(
        impl Arbitrary for $integer {
            fn any() -> Self {
                let numbers = Domain::Numbers { first: i64::from(Self::MIN), last: i64::from(Self::MAX) };
                // The domain is that of the type, so the sum fits it.
                (i64::from(Self::MIN) + search::choose(type_name::<Self>(), numbers) as i64) as Self
            }
        }
    )*};
}

/// Implements the trait for integers with too many values.
macro_rules! too_large {
    ($($integer:ty),*) => {$(
        impl Arbitrary for $integer {
            fn any() -> Self {
                search::refuse(format!("{} has 2^{} values: bound it", type_name::<Self>(), Self::BITS))
            }
        }
    )*};
}

enumerated!(u8, u16, i8, i16);
too_large!(u32, u64, u128, usize, i32, i64, i128, isize);

impl<T: Arbitrary, const N: usize> Arbitrary for [T; N] {
    fn any() -> Self {
        std::array::from_fn(|_| T::any())
    }
}

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn any() -> Self {
        bool::any().then(T::any)
    }
}

impl<A: Arbitrary, B: Arbitrary> Arbitrary for (A, B) {
    fn any() -> Self {
        (A::any(), B::any())
    }
}
