//! Names of hosts to addresses. Comes in: a request's address. Goes out: the addresses that may be
//! connected to, and no others are: what was checked is what is used. Never gives an inward one.

use std::{fmt, io, net::IpAddr};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use crate::inward::is_inward;

/// A name or an address that lies inward, found where it is not allowed.
#[derive(Debug)]
pub struct Inward(pub IpAddr);

impl fmt::Display for Inward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected a public host but found {}, which lies inward; --allow-private allows it",
            self.0
        )
    }
}

impl std::error::Error for Inward {}

/// Which inward addresses may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Allow {
    #[default]
    None,
    /// These, as if they were public.
    Only(Vec<IpAddr>),
    All,
}

impl Allow {
    fn refuses(&self, address: IpAddr) -> bool {
        match self {
            Allow::None => is_inward(address),
            Allow::Only(these) => is_inward(address) && !these.contains(&address),
            Allow::All => false,
        }
    }
}

#[derive(Debug)]
pub struct Outward(pub Allow);

impl Resolver for Outward {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        // One inward address among public ones is a name that is played with: none is taken.
        match found.iter().map(|it| it.ip()).find(|it| self.0.refuses(*it)) {
            Some(inward) => {
                let what = io::Error::new(io::ErrorKind::PermissionDenied, Inward(inward));
                Err(ureq::Error::Io(what))
            }
            None => Ok(found),
        }
    }
}
