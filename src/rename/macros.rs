//! The macro that implements [`Rename`](super::Rename), field by field.

/// Implements [`Rename`](crate::rename::Rename) for a struct or an enum: every field is named, and one that is forgotten
/// does not compile.
///
/// A field is renamed as its type says, unless a function is named after it: `acknowledged: indexed` for a vector with an
/// entry for each process ([`indexed`](crate::rename::indexed)), `voters: sorted` for a vector kept in order
/// ([`sorted`](crate::rename::sorted)), `text: unchanged` for what has no ids in it
/// ([`unchanged`](crate::rename::unchanged)).
///
/// ```
/// # use stateright::actor::Id;
/// struct Vote { term: u64, by: Id }
/// synod::rename! { struct Vote { term, by } }
///
/// struct Pair<A, B>(A, B);
/// synod::rename! { struct Pair<A, B>(first, second) }
///
/// enum Timer { Election, Answer { of: Id } }
/// synod::rename! { enum Timer { Election, Answer { of } } }
/// ```
///
/// ```compile_fail
/// # use stateright::actor::Id;
/// struct Vote { term: u64, by: Id }
/// synod::rename! { struct Vote { term } }
/// ```
///
/// ```compile_fail
/// # use stateright::actor::Id;
/// enum Timer { Election, Answer { of: Id } }
/// synod::rename! { enum Timer { Election } }
/// ```
#[macro_export]
macro_rules! rename {
    (
        struct $name:ident $(<$($parameter:ident),+>)?
        $(($($member:ident $(: $member_how:ident)?),* $(,)?))?
        $({$($field:ident $(: $field_how:ident)?),* $(,)?})?
    ) => {
        impl $(<$($parameter: $crate::rename::Rename + Ord),+>)? $crate::rename::Rename
            for $name $(<$($parameter),+>)?
        {
            #[allow(unused_variables)]
            fn rename(&self, renaming: &$crate::rename::Renaming) -> Self {
                let Self $(($($member),*))? $({ $($field),* })? = self;
                $($(let $member = $crate::rename!(@ $member, renaming $(, $member_how)?);)*)?
                $($(let $field = $crate::rename!(@ $field, renaming $(, $field_how)?);)*)?
                Self $(($($member),*))? $({ $($field),* })?
            }
        }
    };
    (
        enum $name:ident $(<$($parameter:ident),+>)? {
            $(
                $variant:ident
                $(($($member:ident $(: $member_how:ident)?),* $(,)?))?
                $({$($field:ident $(: $field_how:ident)?),* $(,)?})?
            ),* $(,)?
        }
    ) => {
        impl $(<$($parameter: $crate::rename::Rename + Ord),+>)? $crate::rename::Rename
            for $name $(<$($parameter),+>)?
        {
            fn rename(&self, renaming: &$crate::rename::Renaming) -> Self {
                renaming.note(&::core::mem::discriminant(self));
                match self {
                    $(Self::$variant $(($($member),*))? $({ $($field),* })? => {
                        $($(let $member = $crate::rename!(@ $member, renaming $(, $member_how)?);)*)?
                        $($(let $field = $crate::rename!(@ $field, renaming $(, $field_how)?);)*)?
                        Self::$variant $(($($member),*))? $({ $($field),* })?
                    })*
                }
            }
        }
    };
    (@ $part:ident, $renaming:ident) => { $crate::rename::part($part, $renaming) };
    (@ $part:ident, $renaming:ident, $how:ident) => { $crate::rename::$how($part, $renaming) };
}
