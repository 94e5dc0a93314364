//! The text of PgBouncer's configuration files. Pure.

use crate::Password;

/// What goes into `pgbouncer.ini`.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) port: u16,
    pub(crate) server_port: u16,
    pub(crate) user: &'a str,
    pub(crate) pool_size: u32,
    pub(crate) max_clients: u32,
    pub(crate) further: &'a [(String, String)],
}

/// `pgbouncer.ini`: every database of the server behind, transaction pooling, no socket of its own.
pub(crate) fn ini(settings: &Settings<'_>, userlist: &str) -> String {
    let Settings { port, server_port, user, pool_size, max_clients, further } = settings;
    let further: String = further.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={server_port}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = scram-sha-256\n\
         auth_file = {userlist}\n\
         admin_users = {user}\n\
         pool_mode = transaction\n\
         default_pool_size = {pool_size}\n\
         max_client_conn = {max_clients}\n\
         ignore_startup_parameters = extra_float_digits\n\
         {further}"
    )
}

/// `userlist.txt`. The password is in the clear because PgBouncer must log in with it.
pub(crate) fn userlist(user: &str, password: &Password) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    format!("{} {}\n", quoted(user), quoted(password.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_settings_come_last_and_quotes_are_doubled() {
        let settings = Settings {
            port: 6432,
            server_port: 5432,
            user: "adit",
            pool_size: 20,
            max_clients: 500,
            further: &[("server_idle_timeout".to_owned(), "5".to_owned())],
        };
        let text = ini(&settings, "/run/x/userlist.txt");
        assert!(text.contains("\n* = host=127.0.0.1 port=5432\n"));
        assert!(text.contains("\npool_mode = transaction\n"));
        assert!(text.ends_with("\nserver_idle_timeout = 5\n"));
        assert_eq!(userlist("a", &Password::new("p\"q")), "\"a\" \"p\"\"q\"\n");
    }
}
