package io.apexproxy.config.etcd;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import java.net.http.HttpClient;

/**
 * Makes the configuration source {@code etcd}: keys under a prefix, watched.
 *
 * <p>Settings:
 * <ul>
 * <li>{@code endpoints}: URLs of members of the cluster, at least one
 * <li>{@code prefix}: where the keys begin with, {@code "/apex/"} by default
 * <li>{@code username}, {@code password}: together, where etcd asks for them
 * <li>{@code ca_file}: whom to trust, PEM; by default those whom Java trusts
 * <li>{@code cert_file}, {@code key_file}: a client certificate and its key, PEM, the key in PKCS 8
 * <li>{@code dial_timeout}: how long to wait for a connection, 2 s by default
 * <li>{@code max_bytes}: the largest size of all keys and values together as etcd sends them, 64 MiB by default, or a
 *     64th of the heap where that is less
 * <li>{@code cache_file}: where the last good snapshot is kept, to start from when etcd is away
 * </ul>
 *
 * @since 0.1
 */
public final class EtcdProvider implements ConfigSourceProvider {

    /** Called by the runtime, through {@link java.util.ServiceLoader}. */
    public EtcdProvider() {
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String description() {
        return "keys in etcd, watched; backends may register themselves under a lease";
    }

    @Override
    public ConfigSource create(Settings settings, PluginContext context) {
        EtcdSettings checked = EtcdSettings.from(settings, context);
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // the gateway's; a watch then has a connection to itself
                .connectTimeout(checked.dialTimeout())
                .executor(context.executor());
        checked.tls().context().ifPresent(http::sslContext);
        return new EtcdSource(checked, new Http(http.build(), checked.maxBytes()));
    }
}
