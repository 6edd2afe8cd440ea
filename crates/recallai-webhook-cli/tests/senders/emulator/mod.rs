//! What the emulator signs, and libraries of others verify: every built-in scenario, every spelling of
//! a body and every fault, in both families of headers. Prints the matrix.

mod rows;
mod sent;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_emulator::{HeaderFamily, Request, SigningSecret};

use super::cases::{self, Deviation, READS_ONE_FAMILY};
use super::library::{self, Library, Start};
use super::matrix::{Cell, Matrix};
use Library::{NpmSvix, PythonStandardWebhooks, PythonSvix};

/// Without `openssl`, which is some processes for each delivery, and has its say in `cases`.
const LIBRARIES: [Library; 3] = [PythonSvix, PythonStandardWebhooks, NpmSvix];

const TABLES: [(&str, HeaderFamily); 2] = [
    ("The emulator signs with webhook-* headers, they verify", HeaderFamily::Webhook),
    ("The emulator signs with svix-* headers, they verify", HeaderFamily::Svix),
];

#[test]
fn libraries_of_others_verify_what_the_emulator_signs() {
    let mut matrix = Matrix::default();
    for library in LIBRARIES {
        let mut start = library.start();
        matrix.title(library, &start);
        for (table, family) in TABLES {
            // Signed anew for each, as they read the real clock.
            for row in rows::of(family) {
                let (expected, because) = row.expected(library);
                let outcome = match &mut start {
                    Start::Missing(_) => None,
                    Start::Ready(verifier) => Some(row.outcome(verifier)),
                };
                let row = format!("{}: {}", row.name, row.requests.len());
                matrix.add(Cell { table, row, library, expected, because, outcome });
            }
        }
    }
    matrix.judge();
}

/// Deliveries of one kind, of which a library has to say the same.
struct Row {
    name: String,
    /// How their headers begin.
    family: HeaderFamily,
    /// The secret of whoever verifies.
    held: SigningSecret,
    requests: Vec<Request>,
    they_say: &'static str,
    deviations: &'static [Deviation],
}

impl Row {
    /// What has to come of it, and the reason if it is not what the others say.
    fn expected(&self, library: Library) -> (&'static str, Option<&'static str>) {
        // It looks at the body before the headers.
        let is_text = || self.requests.iter().all(|request| str::from_utf8(&request.body).is_ok());
        if library == PythonStandardWebhooks && self.family == HeaderFamily::Svix && is_text() {
            return ("refused, missing", Some(READS_ONE_FAMILY));
        }
        let deviation = self.deviations.iter().find(|deviation| deviation.library == library);
        deviation.map_or((self.they_say, None), |other| (other.says, Some(other.because)))
    }

    /// What a library says of all deliveries; with counts if it does not say the same of all.
    fn outcome(&self, verifier: &mut library::Sender) -> String {
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for request in &self.requests {
            let headers = request.headers.iter();
            let mut fields = vec![("secret", self.held.reveal())];
            fields.extend(headers.map(|(name, value)| ("header", format!("{name} {value}"))));
            fields.push(("body", STANDARD.encode(&request.body)));
            *said.entry(cases::in_short(&verifier.ask("verify", &fields))).or_default() += 1;
        }
        match said.len() {
            1 => said.into_keys().collect(),
            _ => said.iter().map(|(answer, count)| format!("{count} times {answer}; ")).collect(),
        }
    }
}
