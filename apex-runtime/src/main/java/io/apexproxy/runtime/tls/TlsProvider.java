package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library that implements TLS: that of the JDK, or another provider of JSSE.
 *
 * <p>The first instance sets the system properties of the JDK's library that are safer than its defaults, because it
 * reads them when its classes are initialized. Immutable; any thread.
 */
public final class TlsProvider {

    private static final Logger LOG = LoggerFactory.getLogger("apex.tls");
    private static final String PROTOCOL = "TLS";
    private static final String SERVICE = "SSLContext";
    /** The ClientHello has at most 32,768 bytes with its header; a chain of client certificates can be larger. */
    private static final String MAX_HANDSHAKE_MESSAGE_BYTES = "65536";
    /** The classes of providers whose jars do not declare them as services. */
    private static final Map<String, String> CLASSES = Map.of("Conscrypt", "org.conscrypt.OpenSSLProvider");

    private final Optional<Provider> provider;

    private TlsProvider(Optional<Provider> provider) {
        this.provider = provider;
        setIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        setIfAbsent("jdk.tls.maxHandshakeMessageSize", MAX_HANDSHAKE_MESSAGE_BYTES);
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Returns the library of the JDK, or the first one in {@code java.security}. */
    public static TlsProvider ofJdk() {
        return new TlsProvider(Optional.empty());
    }

    /**
     * Finds a provider among those of the JDK, those of the module path and the class path, and those in jars of a
     * directory. Blocks.
     *
     * @param name the name of the provider, such as {@code Conscrypt}, or of its class
     * @param directory the directory of jars, which does not need to exist
     * @throws IllegalArgumentException if there is none; the message lists the names of the others
     */
    public static TlsProvider named(String name, Optional<Path> directory) {
        Map<String, Provider> found = new TreeMap<>();
        for (Provider installed : Security.getProviders()) {
            found.put(installed.getName(), installed);
        }
        List<String> failures = new ArrayList<>();
        if (!found.containsKey(name)) {
            addAll(ServiceLoader.load(Provider.class, ClassLoader.getSystemClassLoader()), found, failures);
        }
        if (!found.containsKey(name) && directory.isPresent()) {
            ClassLoader jars = loader(directory.get(), failures);
            addAll(ServiceLoader.load(Provider.class, jars), found, failures);
            addClass(name, jars, found, failures);
        }
        found.values().removeIf(provider -> provider.getService(SERVICE, PROTOCOL) == null);
        Provider provider = found.get(name);
        if (provider == null) {
            throw new IllegalArgumentException("no JSSE provider '" + CleanText.piece(name) + "'"
                    + directory.map(jars -> " in the JDK or in " + jars).orElse("") + "; available: "
                    + CleanText.list(found.keySet())
                    + (failures.isEmpty() ? "" : "; failed to load: " + CleanText.list(failures)));
        }
        return new TlsProvider(Optional.of(provider));
    }

    private static void addAll(ServiceLoader<Provider> services, Map<String, Provider> found,
            List<String> failures) {
        for (Iterator<Provider> each = services.iterator(); each.hasNext();) {
            try {
                Provider provider = each.next();
                found.putIfAbsent(provider.getName(), provider);
            } catch (ServiceConfigurationError | LinkageError e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Adds a provider whose class is known, or named in the configuration. */
    private static void addClass(String name, ClassLoader jars, Map<String, Provider> found, List<String> failures) {
        try {
            found.put(name, Class.forName(CLASSES.getOrDefault(name, name), true, jars).asSubclass(Provider.class)
                    .getConstructor().newInstance());
        } catch (ClassNotFoundException e) { // no such jar, or not the name of a class
            LOG.debug("no class of a provider: {}", e.getMessage());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            failures.add(e.toString());
        }
    }

    /** Returns a class loader that stays open as long as the provider is in use. */
    @SuppressWarnings("resource") // the loader has to stay open, because the provider loads classes later
    private static ClassLoader loader(Path directory, List<String> failures) {
        List<URL> jars = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
                for (Path jar : files) {
                    jars.add(url(jar));
                }
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
        return new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getSystemClassLoader());
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    /**
     * Returns a new context, which has its own sessions and keys of tickets.
     *
     * @param keys the certificates of this side
     * @param trust the decision about certificates of the other side
     * @throws IllegalStateException if the provider has no TLS, or rejects the managers
     */
    SSLContext newContext(KeyManager keys, TrustManager trust) {
        try {
            SSLContext context = provider.isPresent() ? SSLContext.getInstance(PROTOCOL, provider.get())
                    : SSLContext.getInstance(PROTOCOL);
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(this + " cannot create a context: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return provider.map(named -> "TLS provider " + named.getName()).orElse("TLS of the JDK");
    }
}
