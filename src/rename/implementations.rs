//! How ids are renamed, and the types of the standard library.

use super::{Rename, Renaming, part, unchanged};
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

impl Rename for Id {
    fn rename(&self, to: &Renaming) -> Self {
        to.id(*self)
    }
}

/// Types without ids.
macro_rules! plain {
    ($($type:ty)*) => {
        $(impl Rename for $type {
            fn rename(&self, to: &Renaming) -> Self {
                unchanged(self, to)
            }
        })*
    };
}

plain!(() bool char String &'static str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize Duration);

/// Containers whose members stand in an order that says something.
macro_rules! sequences {
    ($($type:ident)*) => {
        $(impl<T: Rename> Rename for $type<T> {
            fn rename(&self, to: &Renaming) -> Self {
                to.note(&self.len());
                self.iter().map(|member| member.rename(to)).collect()
            }
        })*
    };
}

sequences!(Vec VecDeque);

impl<T: Rename, const N: usize> Rename for [T; N] {
    fn rename(&self, to: &Renaming) -> Self {
        self.each_ref().map(|member| member.rename(to))
    }
}

impl<T: Rename> Rename for Option<T> {
    fn rename(&self, to: &Renaming) -> Self {
        to.note(&self.is_some());
        self.as_ref().map(|value| value.rename(to))
    }
}

impl<T: Rename, E: Rename> Rename for Result<T, E> {
    fn rename(&self, to: &Renaming) -> Self {
        to.note(&self.is_ok());
        self.as_ref().map(|value| value.rename(to)).map_err(|error| error.rename(to))
    }
}

impl<T: Rename + Ord> Rename for BTreeSet<T> {
    fn rename(&self, to: &Renaming) -> Self {
        to.unordered(self, |member| member.rename(to)).into_iter().collect()
    }
}

impl<K: Rename + Ord, V: Rename> Rename for BTreeMap<K, V> {
    fn rename(&self, to: &Renaming) -> Self {
        to.unordered(self, |(key, value)| (key.rename(to), value.rename(to))).into_iter().collect()
    }
}

impl<T: Rename> Rename for Box<T> {
    fn rename(&self, to: &Renaming) -> Self {
        Box::new(T::rename(self, to))
    }
}

impl<T: Rename> Rename for Arc<T> {
    fn rename(&self, to: &Renaming) -> Self {
        Arc::new(T::rename(self, to))
    }
}

/// Tuples, by the names of their members' types and of their members.
macro_rules! tuples {
    ($($(($type:ident $member:ident))+;)*) => {
        $(impl<$($type: Rename),+> Rename for ($($type,)+) {
            fn rename(&self, to: &Renaming) -> Self {
                let ($($member,)+) = self;
                ($(part($member, to),)+)
            }
        })*
    };
}

tuples! {
    (A a);
    (A a) (B b);
    (A a) (B b) (C c);
    (A a) (B b) (C c) (D d);
    (A a) (B b) (C c) (D d) (E e);
    (A a) (B b) (C c) (D d) (E e) (F f);
}
