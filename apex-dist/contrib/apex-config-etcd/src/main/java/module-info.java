/**
 * The configuration source {@code etcd}: listeners and pools from keys in etcd, watched; backends may register
 * themselves under a lease.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.config.etcd {
    requires io.apexproxy.api;
    requires java.net.http; // speaks to etcd's JSON gateway
    requires org.slf4j; // the host's: what happens to the connection is no mistake in the configuration
    requires com.fasterxml.jackson.core; // ships beside this jar, in plugins/apex-config-etcd/
    requires io.apexproxy.config.toml; // the host's: parses the values

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.etcd.EtcdProvider;
}
