package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import io.apexproxy.runtime.protocol.tls.ServerNames;
import java.util.List;
import java.util.Optional;

/** Reader of {@code [pools.NAME.tls]}: the TLS of connections to the backends of a pool. */
final class PoolTlsReader {

    private static final String VERIFY = "verify";
    private static final String CA_FILE = "ca_file";
    private static final String SERVER_NAME = "server_name";

    /** RFC 6066 permits no address here, and no trailing dot, which is removed. */
    private static final ValueType<String> NAME = new ValueType<>("a name such as \"app.internal\"",
            value -> isAddress(value) ? Optional.empty()
                    : ValueType.text(value).map(ServerNames::normalize).filter(ServerNames::isHostName),
            PoolTlsReader::nameHint);

    private PoolTlsReader() {
    }

    /**
     * Reads the table of a pool.
     *
     * @param backends the valid backends of the pool
     * @return the settings, with defaults for invalid values, which are recorded as mistakes; empty if there is no
     *     table
     */
    static Optional<PoolTls> read(TreeSettings pool, List<BackendConfig> backends) {
        return pool.read(TlsValues.TABLE, ValueType.table("a table such as { " + CA_FILE + " = \"ca.pem\" }"))
                .map(table -> settings(pool.open(table, pool.path(TlsValues.TABLE)), backends));
    }

    private static PoolTls settings(TreeSettings table, List<BackendConfig> backends) {
        boolean verify = table.bool(VERIFY, true);
        Optional<FileSetting> caFile = TlsValues.file(table, CA_FILE);
        Optional<String> serverName = table.read(SERVER_NAME, NAME);
        TlsVersion minVersion = TlsValues.minVersion(table);
        List<String> protocols = TlsValues.protocols(table);
        StartTls starttls = table.choice(TlsValues.STARTTLS, StartTls.class, StartTls.OFF);
        Optional<CertificateFiles.Pem> certificate = certificate(table);
        if (!verify && table.has(CA_FILE)) {
            table.problem(CA_FILE, "has no effect with " + VERIFY + " = false; remove one of the two");
        }
        if (verify) {
            requireName(table, backends);
        }
        return new PoolTls(verify, caFile, serverName, certificate, minVersion, protocols, starttls);
    }

    private static Optional<CertificateFiles.Pem> certificate(TreeSettings table) {
        Optional<FileSetting> chain = TlsValues.file(table, TlsValues.CERT_FILE);
        Optional<FileSetting> key = TlsValues.file(table, TlsValues.KEY_FILE);
        Optional<FileSetting> password = TlsValues.file(table, TlsValues.KEY_PASSWORD_FILE);
        if (table.has(TlsValues.KEY_FILE) || table.has(TlsValues.KEY_PASSWORD_FILE)) {
            table.require(TlsValues.CERT_FILE, "the file of the client certificate, such as \"client.pem\"");
        }
        if (table.has(TlsValues.CERT_FILE) || table.has(TlsValues.KEY_PASSWORD_FILE)) {
            table.require(TlsValues.KEY_FILE, "the file of the private key, such as \"client.key\"");
        }
        return chain.flatMap(file -> key.map(secret -> new CertificateFiles.Pem(file, secret, password)));
    }

    /** A host name or an IP address can be verified, the path of a socket cannot. */
    private static void requireName(TreeSettings table, List<BackendConfig> backends) {
        backends.stream().map(BackendConfig::address).filter(UnixPath.class::isInstance).findFirst()
                .map(Address::toString)
                .ifPresent(path -> table.require(SERVER_NAME, "the name in the certificate of " + path
                        + ", because the address has none to verify"));
    }

    private static boolean isAddress(ConfigTree value) {
        return NetworkText.ADDRESS.conversion().apply(value).isPresent();
    }

    private static String nameHint(ConfigTree value) {
        return isAddress(value)
                ? "; an address is no server name: leave the key out, and Apex verifies the address of the backend"
                : ValueType.text(value).map(text -> "; write it in ASCII, without a port and without '*'").orElse("");
    }
}
