package io.apexproxy.runtime;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.tls.TlsProvider;
import io.apexproxy.runtime.tls.files.PreparedTls;
import io.apexproxy.runtime.tls.files.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The TLS of a configuration. Its class is only loaded if a configuration uses TLS, because the classes of TLS would
 * take a noticeable part of the start time.
 *
 * @param files the files of the proxy
 * @param prepared the TLS of the listeners and pools
 */
record TlsSetup(TlsFiles files, PreparedTls prepared) {

    private static final String PROVIDER_KEY = "tls_provider";

    /**
     * Reads the files of a configuration. Blocks.
     *
     * @param running the files of the running proxy; empty if it has none so far. Its provider stays in use.
     * @return empty if there is no such provider
     */
    static Optional<TlsSetup> prepare(ProxyConfig config, ConfigTree.Table tree, Path directory,
            Optional<TlsFiles> running, Problems problems) {
        return running.or(() -> provider(config, tree, problems).map(library -> new TlsFiles(directory, library)))
                .map(files -> new TlsSetup(files, files.prepare(config.listeners(), config.pools(), problems)));
    }

    private static Optional<TlsProvider> provider(ProxyConfig config, ConfigTree.Table tree, Problems problems) {
        if (config.tlsProvider().isEmpty()) {
            return Optional.of(TlsProvider.ofJdk());
        }
        Optional<Path> jars = Optional.ofNullable(System.getProperty("apex.home"))
                .map(home -> Path.of(home, "lib", "ext"));
        try {
            return Optional.of(TlsProvider.named(config.tlsProvider().get(), jars));
        } catch (IllegalArgumentException e) {
            problems.add(origin(tree), PROVIDER_KEY + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Origin origin(ConfigTree.Table tree) {
        ConfigTree.Member member = tree.members().get(PROVIDER_KEY);
        return member == null ? tree.origin() : member.value().origin();
    }
}
