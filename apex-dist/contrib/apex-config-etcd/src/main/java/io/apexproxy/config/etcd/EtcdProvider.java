package io.apexproxy.config.etcd;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import java.net.http.HttpClient;

/**
 * The provider of the configuration source {@code etcd}, which watches all keys with a prefix.
 *
 * <p>Settings:
 * <ul>
 * <li>{@code endpoints}: the URLs of cluster members, at least one
 * <li>{@code prefix}: the prefix of the keys, {@code "/apex/"} by default
 * <li>{@code username}, {@code password}: both or none; required if etcd requires authentication
 * <li>{@code ca_file}: the trusted authorities, PEM; by default those of Java
 * <li>{@code cert_file}, {@code key_file}: a client certificate and its key, PEM, the key in PKCS 8
 * <li>{@code dial_timeout}: the maximum time to open a connection, 2 s by default
 * <li>{@code max_bytes}: the maximum size of all keys and values together as etcd sends them; by default the smaller of
 *     64 MiB and 1/64 of the heap
 * <li>{@code cache_file}: the file for the last valid snapshot, from which Apex starts if etcd is unavailable
 * </ul>
 *
 * @since 0.1
 */
public final class EtcdProvider implements ConfigSourceProvider {

    /** Creates the provider. */
    public EtcdProvider() {
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String description() {
        return "watched keys in etcd; backends can register themselves under a lease";
    }

    @Override
    public ConfigSource create(Settings settings, PluginContext context) {
        EtcdSettings checked = EtcdSettings.from(settings, context);
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // as the gateway; a watch has its own connection
                .connectTimeout(checked.dialTimeout())
                .executor(context.executor());
        checked.tls().context().ifPresent(http::sslContext);
        return new EtcdSource(checked, new Http(http.build(), checked.maxBytes()));
    }
}
