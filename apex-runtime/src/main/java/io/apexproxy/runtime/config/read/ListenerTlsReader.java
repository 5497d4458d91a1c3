package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reader of {@code [listeners.NAME.tls]}: the TLS that a listener terminates. */
final class ListenerTlsReader {

    private static final String CERTIFICATES = "certificates";
    private static final String STORE_FILE = "store_file";
    private static final String PASSWORD_FILE = "password_file";
    private static final String CLIENT_CA_FILE = "client_ca_file";
    private static final String CLIENT_AUTH = "client_auth";

    private static final String EXAMPLE = "{ cert_file = \"web.pem\", key_file = \"web.key\" }";
    private static final String ARRAY = "an array of tables such as [" + EXAMPLE + "]";
    private static final String EACH_FORM =
            "cert_file and key_file, or " + STORE_FILE + " and " + PASSWORD_FILE;

    private ListenerTlsReader() {
    }

    /** The values of {@code client_auth}. */
    private enum ClientAuth {
        REQUIRED, OPTIONAL
    }

    /**
     * Reads the table of a listener.
     *
     * @return the settings, without certificates that are invalid, which are recorded as mistakes; empty if there is no
     *     table
     */
    static Optional<ListenerTls> read(TreeSettings listener) {
        return listener.read(TlsValues.TABLE, ValueType.table("a table such as { " + CERTIFICATES + " = [" + EXAMPLE
                + "] }")).map(table -> settings(listener.open(table, listener.path(TlsValues.TABLE))));
    }

    private static ListenerTls settings(TreeSettings table) {
        TlsVersion minVersion = TlsValues.minVersion(table);
        List<String> protocols = TlsValues.protocols(table);
        UnknownName unknownName = table.choice("unknown_name", UnknownName.class, UnknownName.FIRST);
        List<CertificateFiles> certificates = certificates(table);
        Optional<ClientCertificates> clients = clientCertificates(table);
        table.require(CERTIFICATES, ARRAY);
        return new ListenerTls(certificates, minVersion, protocols, clients, unknownName);
    }

    private static Optional<ClientCertificates> clientCertificates(TreeSettings table) {
        ClientAuth auth = table.choice(CLIENT_AUTH, ClientAuth.class, ClientAuth.REQUIRED);
        Optional<FileSetting> caFile = TlsValues.file(table, CLIENT_CA_FILE);
        if (table.has(CLIENT_AUTH) && !table.has(CLIENT_CA_FILE) && table.misspelling(CLIENT_CA_FILE).isEmpty()) {
            table.problem(CLIENT_AUTH, "has no effect without " + CLIENT_CA_FILE + ", the file of the issuers of client"
                    + " certificates; add it, or leave " + CLIENT_AUTH + " out");
        }
        return caFile.map(file -> new ClientCertificates(file, auth == ClientAuth.REQUIRED));
    }

    private static List<CertificateFiles> certificates(TreeSettings table) {
        if (table.isEmptyArray(CERTIFICATES)) {
            table.problem(CERTIFICATES, "expected at least one such as " + EXAMPLE + ", found []");
        }
        List<ConfigTree.Table> elements =
                table.elements(CERTIFICATES, ARRAY, ValueType.table("a table such as " + EXAMPLE));
        List<CertificateFiles> certificates = new ArrayList<>();
        for (int index = 0; index < elements.size(); index++) {
            certificate(table.open(elements.get(index), table.path(CERTIFICATES, index))).ifPresent(certificates::add);
        }
        return certificates;
    }

    private static Optional<CertificateFiles> certificate(TreeSettings element) {
        Optional<FileSetting> certificate = TlsValues.file(element, TlsValues.CERT_FILE);
        Optional<FileSetting> key = TlsValues.file(element, TlsValues.KEY_FILE);
        Optional<FileSetting> keyPassword = TlsValues.file(element, TlsValues.KEY_PASSWORD_FILE);
        Optional<FileSetting> store = TlsValues.file(element, STORE_FILE);
        Optional<FileSetting> password = TlsValues.file(element, PASSWORD_FILE);
        Optional<String> ofPem = firstOf(element, TlsValues.CERT_FILE, TlsValues.KEY_FILE, TlsValues.KEY_PASSWORD_FILE);
        Optional<String> ofStore = firstOf(element, STORE_FILE, PASSWORD_FILE);
        if (ofPem.isPresent() && ofStore.isPresent()) {
            element.problem(ofStore.get(), "cannot be combined with " + ofPem.get() + "; write " + EACH_FORM);
        } else if (ofPem.isPresent()) {
            element.require(TlsValues.CERT_FILE, "the file of the certificate, such as \"web.pem\"");
            element.require(TlsValues.KEY_FILE, "the file of the private key, such as \"web.key\"");
            return certificate.flatMap(chain -> key.map(file -> new CertificateFiles.Pem(chain, file, keyPassword)));
        } else if (ofStore.isPresent()) {
            element.require(STORE_FILE, "the file of the key store, such as \"web.p12\"");
            element.require(PASSWORD_FILE, "the file of its password, such as \"web.password\"");
            return store.flatMap(file -> password.map(secret -> new CertificateFiles.Store(file, secret)));
        } else if (Stream.of(TlsValues.CERT_FILE, TlsValues.KEY_FILE, STORE_FILE, PASSWORD_FILE)
                .allMatch(any -> element.misspelling(any).isEmpty())) {
            element.problem("expected " + EACH_FORM + ", found none of them");
        }
        return Optional.empty();
    }

    private static Optional<String> firstOf(TreeSettings element, String... keys) {
        return Stream.of(keys).filter(element::has).findFirst();
    }
}
