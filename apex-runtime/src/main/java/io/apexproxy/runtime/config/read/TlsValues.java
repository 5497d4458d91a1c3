package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Values that the TLS settings of listeners and of pools have in common. */
final class TlsValues {

    /** The key of the table of TLS settings, in the table of a listener or a pool. */
    static final String TABLE = "tls";

    static final String ALPN = "alpn";
    static final String STARTTLS = "starttls";
    static final String CERT_FILE = "cert_file";
    static final String KEY_FILE = "key_file";
    static final String KEY_PASSWORD_FILE = "key_password_file";

    /** The length of a protocol has one byte in a ClientHello. Registered names have printable ASCII only. */
    static final ValueType<String> PROTOCOL = new ValueType<>("a protocol such as \"h2\"",
            value -> ValueType.text(value).filter(text -> text.matches("[!-~]{1,255}")), value -> "");

    /** As many as Apex reads of a ClientHello. Even the longest names then fit in its extension of 64 KiB. */
    private static final int MAX_PROTOCOLS = 128;

    private static final ValueType<TlsVersion> VERSION = new ValueType<>("\"1.2\" or \"1.3\"",
            value -> ValueType.text(value).flatMap(TlsValues::version), TlsValues::versionHint);

    private static final ValueType<String> FILE = new ValueType<>("the path of a file",
            value -> ValueType.text(value).filter(TlsValues::isPath), value -> "");

    private TlsValues() {
    }

    /** Reads the path of a file; empty if it is missing or invalid. The latter is recorded as a mistake. */
    static Optional<FileSetting> file(TreeSettings settings, String key) {
        return settings.read(key, FILE).map(path -> new FileSetting(path, settings.origin(key), settings.path(key)));
    }

    /** Reads the lowest version. The default replaces a missing or invalid value. */
    static TlsVersion minVersion(TreeSettings settings) {
        return settings.read("min_version", VERSION).orElse(TlsVersion.TLS_1_2);
    }

    /** Reads the protocols of ALPN in their order; empty if they are missing or invalid. */
    static List<String> protocols(TreeSettings settings) {
        if (settings.isEmptyArray(ALPN)) {
            settings.problem(ALPN, "expected at least one protocol such as \"h2\", found []; leave the key out to use"
                    + " no protocol");
        }
        List<String> protocols =
                settings.elements(ALPN, "an array of protocols such as [\"h2\", \"http/1.1\"]", PROTOCOL);
        if (protocols.size() > MAX_PROTOCOLS) {
            settings.problem(ALPN, "expected at most " + MAX_PROTOCOLS + " protocols, found " + protocols.size());
            return List.of();
        }
        return isWithoutDuplicates(settings, protocols) ? protocols : List.of();
    }

    private static boolean isWithoutDuplicates(TreeSettings settings, List<String> protocols) {
        Map<String, Origin> origins = new HashMap<>();
        boolean distinct = true;
        for (int index = 0; index < protocols.size(); index++) {
            Origin first = origins.putIfAbsent(protocols.get(index), settings.origin(ALPN, index));
            if (first != null) {
                settings.problem(ALPN, index, "duplicate protocol '" + protocols.get(index) + "', already at " + first
                        + "; remove one of the two");
                distinct = false;
            }
        }
        return distinct;
    }

    private static Optional<TlsVersion> version(String text) {
        return Stream.of(TlsVersion.values()).filter(version -> version.text().equals(text)).findFirst();
    }

    private static String versionHint(ConfigTree value) {
        Optional<String> text = ValueType.text(value);
        if (text.isEmpty()) {
            boolean isVersion = value instanceof ConfigTree.Scalar scalar && version(scalar.value().toString())
                    .isPresent();
            return isVersion ? "; write it in quotes" : "";
        }
        Optional<TlsVersion> meant = version(text.get().replaceFirst("(?i)^tls *v?", ""));
        if (meant.isPresent()) {
            return "; write \"" + meant.get().text() + "\"";
        }
        return text.get().matches("(?i)(tls *v?)?1(\\.[01])?|sslv?[23]?") ? "; earlier versions are insecure" : "";
    }

    private static boolean isPath(String text) {
        try {
            return !text.isBlank() && !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
