/**
 * Backend sources that look in DNS: {@code dns-srv} for records of type SRV, {@code dns} for the addresses of a name.
 *
 * <p>The module exports nothing. The runtime finds the providers as services.
 */
module io.apexproxy.source.dns {
    requires io.apexproxy.api;
    requires org.dnsjava; // in plugins/apex-source-dns/; the format of DNS messages

    provides io.apexproxy.api.source.BackendSourceProvider with
            io.apexproxy.source.dns.SrvProvider,
            io.apexproxy.source.dns.AddressProvider;
}
