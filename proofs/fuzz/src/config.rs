//! The configuration of a node.

use crate::memory::within;
use crate::one_line;
use synod::runtime::Config;

/// Reads a configuration. One that is accepted is written and read again as the same; of one that is not, a single line says
/// what is wrong.
///
/// # Panics
///
/// When it is otherwise, or takes more memory than the text explains.
pub fn read(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let written = |config: &Config| toml::to_string(config).expect("a configuration can be written");
    match within((1 << 20) + 500 * text.len(), || Config::from_toml(text)) {
        Ok(config) => {
            let first = written(&config);
            let again = Config::from_toml(&first).expect("what is written can be read");
            assert_eq!(written(&again), first);
        }
        Err(error) => one_line(&error.to_string()),
    }
}

/// The least that can be said, and all that can be.
pub fn seeds() -> Vec<Vec<u8>> {
    let least = "cluster = \"orders\"\nid = 0\naddresses = [\"a:7000\", \"[::1]:7001\", \"\"]\n";
    let all = toml::to_string(&Config::from_toml(least).expect("a configuration")).expect("it can be written");
    let optional = "data = '/var/lib'\nseed = 7\nlisten = '0.0.0.0:1'\n";
    let application =
        "[application]\nlist = [1, 2.5, true, {a = 'b'}]\nday = 1979-05-27T07:32:00Z\n\"a b\".c = \"\\u00e4\"\n";
    let wrong = "[timers]\nscale = -1\n";
    let texts = [least.into(), all, [least, optional, application].concat(), [least, wrong].concat()];
    texts.map(String::into_bytes).into()
}
