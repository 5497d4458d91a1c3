/**
 * The configuration source {@code etcd}: listeners and pools from watched keys in etcd. Backends can register
 * themselves under a lease.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.config.etcd {
    requires io.apexproxy.api;
    requires java.net.http; // for requests to etcd's JSON gateway
    requires org.slf4j; // provided by the host; logs connection problems
    requires com.fasterxml.jackson.core; // in plugins/apex-config-etcd/; the parser of JSON
    requires com.fasterxml.jackson.jr.ob; // in plugins/apex-config-etcd/; JSON as maps and lists
    requires io.apexproxy.config.toml; // provided by the host; parses the values
    requires static com.google.errorprone.annotations; // the compiler reads GuardedBy

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.etcd.EtcdProvider;
}
