//! The attributes `#[kani::proof]` and `#[kani::unwind(N)]` of the crate that stands in for Kani, which exports and
//! documents them.
//!
//! They take apart no more than the head of a function without parameters, so they do without a parser of Rust.

use proc_macro::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// Makes a harness of a function without parameters: a test that enumerates every run of its body.
///
/// Refused, with a message at compile time: parameters, a return value, an argument to the attribute, and a harness
/// without `#[kani::unwind(N)]`. The last is a rule of this workspace, not of Kani: without a bound on its loops, Kani
/// might never end.
#[proc_macro_attribute]
pub fn proof(arguments: TokenStream, item: TokenStream) -> TokenStream {
    if !arguments.is_empty() {
        return refuse("#[kani::proof] takes no arguments here");
    }
    match Harness::parse(item) {
        Ok(harness) => harness.into_test(),
        Err(why) => refuse(why),
    }
}

/// Says how often Kani may unwind a loop of the harness. The stand-in runs loops to their end and needs no bound, so it
/// only checks the form.
#[proc_macro_attribute]
pub fn unwind(bound: TokenStream, item: TokenStream) -> TokenStream {
    match bound.to_string().parse::<u32>() {
        Ok(_) => item,
        Err(_) => refuse("#[kani::unwind(N)] takes the number of iterations"),
    }
}

/// A function without parameters and without a result, taken apart.
struct Harness {
    /// Attributes and visibility.
    before: Vec<TokenTree>,
    name: Ident,
    body: Group,
}

impl Harness {
    fn parse(item: TokenStream) -> Result<Self, &'static str> {
        const SHAPE: &str = "a harness is a function without parameters and without a result";
        let mut tokens = item.into_iter();
        let mut before = Vec::new();
        loop {
            match tokens.next().ok_or(SHAPE)? {
                TokenTree::Ident(word) if word.to_string() == "fn" => break,
                other => before.push(other),
            }
        }
        if !before.iter().any(is_unwind) {
            return Err("a harness bounds its loops for Kani: put #[kani::unwind(N)] below #[kani::proof]");
        }
        match (tokens.next(), tokens.next(), tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Group(parameters)), Some(TokenTree::Group(body)), None)
                if parameters.stream().is_empty() && body.delimiter() == Delimiter::Brace =>
            {
                Ok(Self { before, name, body })
            }
            _ => Err(SHAPE),
        }
    }

    /// The same function, with its body handed to the stand-in. It is a test where tests are built; elsewhere nobody
    /// calls it, but it is still type-checked with all that it uses.
    fn into_test(self) -> TokenStream {
        let Self { before, name, body } = self;
        let before = TokenStream::from_iter(before);
        let call = tokens(&format!(
            "::kani::stand_in::prove(::core::concat!(::core::module_path!(), \"::\", \"{name}\"), || {{}});"
        ));
        let mut function = tokens("#[cfg_attr(test, test)] #[cfg_attr(not(test), allow(dead_code))]");
        function.extend(before);
        function.extend(tokens("fn"));
        function.extend([TokenTree::Ident(name)]);
        function.extend(tokens("()"));
        function.extend([TokenTree::Group(Group::new(Delimiter::Brace, with_body(call, &body)))]);
        function
    }
}

/// Puts the body in the place of the one empty block in `call`.
fn with_body(call: TokenStream, body: &Group) -> TokenStream {
    call.into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => TokenTree::Group(body.clone()),
            TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), with_body(group.stream(), body))),
            other => other,
        })
        .collect()
}

/// Whether the token is the bracketed part of `#[kani::unwind(…)]`.
fn is_unwind(token: &TokenTree) -> bool {
    let TokenTree::Group(attribute) = token else {
        return false;
    };
    attribute.delimiter() == Delimiter::Bracket
        && attribute
            .stream()
            .into_iter()
            .any(|part| matches!(part, TokenTree::Ident(word) if word.to_string() == "unwind"))
}

/// An error at compile time.
fn refuse(why: &str) -> TokenStream {
    tokens(&format!("::core::compile_error!({why:?});"))
}

/// Rust that this file wrote itself.
fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the macro's own text is Rust")
}
