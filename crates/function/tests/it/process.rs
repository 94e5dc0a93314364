//! A function's process without the platform around it, driven over its socket by hand: for what the platform would never
//! send, and for places where it would never run.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::cloud::{Shared, Variables, shared};
use crate::database::{Database, HELD, ITEMS};
use crate::tools::{peak, program};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Process {
    child: Child,
    root: TempDir,
}

/// An answer as it stands on the wire.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// The header, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// What ends a request.
pub(crate) const END: &[u8] = b"0\r\n\r\n";

/// A request as the platform sends it, with further header lines, with its body in one chunk and without its end.
pub(crate) fn unfinished(headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("POST /call HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n{headers}\r\n");
    let size = format!("{:x}\r\n", body.len());
    [head.as_bytes(), size.as_bytes(), body, b"\r\n"].concat()
}

impl Process {
    /// Starts a program below a fresh root directory, which it may see as its root or not; `command` gets the root's path.
    /// Its socket appears in the root's `tmp`; `listener` is what the program calls that directory.
    pub(crate) fn start(variables: &Variables, root: TempDir, listener: &Path, mut command: Command) -> Self {
        let log = File::create(root.path().join("tmp/log")).unwrap();
        let child = command
            .env_clear()
            .envs(variables)
            .env("FN_FORMAT", "http-stream")
            .env("FN_LISTENER", format!("unix:{}", listener.join("lsnr.sock").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut process = Self { child, root };
        let began = Instant::now();
        while process.connect().is_err() {
            let ended = process.child.try_wait().unwrap();
            assert!(
                ended.is_none() && began.elapsed() < PATIENCE,
                "no socket ({ended:?}): {}",
                process.log()
            );
            std::thread::sleep(Duration::from_millis(3));
        }
        process
    }

    /// Starts the program as it is, with further variables and a database of this name that it may write to.
    pub(crate) async fn deployed(name: &str, further: &[(&str, &str)]) -> (Self, Database) {
        let Shared { postgres, cloud } = shared();
        let database = Database::new(postgres, name, &format!("{ITEMS}; {HELD}")).await;
        let secret = cloud.emulator.put_secret(name, database.secret().to_string().as_bytes());
        let mut variables = cloud.principal.clone();
        let settings = [
            ("ADIT_TABLE", "items"),
            ("DB_SECRET_OCID", &secret),
            ("ADIT_OCI_ENDPOINT", cloud.emulator.url()),
        ];
        let settings = settings.iter().chain(further);
        variables.extend(settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let root = root();
        let listener = root.path().join("tmp");
        (Self::start(&variables, root, &listener, Command::new(program())), database)
    }

    fn connect(&self) -> std::io::Result<UnixStream> {
        let stream = UnixStream::connect(self.root.path().join("tmp/lsnr.sock"))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    /// Sends these bytes and nothing more on a connection of their own, and reads the answer.
    pub(crate) fn send(&self, bytes: &[u8]) -> Response {
        let mut stream = self.connect().unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(
                stream.read_line(&mut head).unwrap(),
                0,
                "an answer, not a closed connection: {head:?}"
            );
        }
        let head = head.to_ascii_lowercase();
        let length = head.split_once("content-length: ").expect("a length").1.lines().next().unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).expect("a status line").parse().unwrap();
        Response { status, head, body }
    }

    /// Makes a call as the platform does, and gives the document in the reply.
    pub(crate) fn call(&self, body: &[u8]) -> Value {
        let whole = [&unfinished("", body), END].concat();
        let response = self.send(&whole);
        assert_eq!(response.status, 200, "{}", self.log());
        serde_json::from_slice(&response.body).unwrap()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.root.path().join("tmp/log")).unwrap()
    }

    /// The most memory that it has had, in kB.
    pub(crate) fn peak(&self) -> u64 {
        peak(self.child.id())
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _it_may_be_gone = self.child.kill();
        let _it_may_be_gone = self.child.wait();
    }
}

/// A directory that anybody may enter, with a `tmp` that anybody may write to, and nothing else.
pub(crate) fn root() -> TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let root = TempDir::with_prefix("adit-root-").unwrap();
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(root.path().join("tmp")).unwrap();
    fs::set_permissions(root.path().join("tmp"), fs::Permissions::from_mode(0o1777)).unwrap();
    root
}

/// A command that runs `program` with this directory as the root of everything, as the platform's user.
pub(crate) fn in_root(root: &Path, program: impl AsRef<OsStr>) -> Command {
    // By its path: the command's environment is the function's and has no search path.
    let chroot = ["/usr/sbin/chroot", "/usr/bin/chroot", "/sbin/chroot", "/bin/chroot"];
    let chroot = chroot.iter().find(|path| Path::new(path).exists()).expect("coreutils are installed");
    let mut command = Command::new(chroot);
    command.arg("--userspec=1000:1000").arg(root).arg(program);
    command
}
