package io.apexproxy.test;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * A builder of plugin jars. The plugin is a load balancer with the class {@code Plugin} in the given package. Methods
 * that write throw {@link UncheckedIOException} if a file cannot be written, and {@link IllegalStateException} if the
 * sources do not compile. Not thread-safe.
 */
public final class PluginJar {

    private static final String SERVICE = "io.apexproxy.api.balance.LoadBalancerProvider";
    private static final String DESCRIPTOR = "module-info";

    private final String packageName;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Manifest manifest = new Manifest();
    private final List<Path> libraries = new ArrayList<>();
    private final List<String> compilerOptions = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private Path api = ApiClasses.jar();
    private boolean copyOfApi;
    private int classFileVersion;

    private PluginJar(String packageName) {
        this.packageName = packageName;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    /** Returns a plugin with a module descriptor. The module has the name of the package. */
    public static PluginJar module(String packageName, String providerName) {
        return empty(packageName).provider(providerName, "").requires("");
    }

    /** Returns a plugin with a file in {@code META-INF/services} and without a module descriptor. */
    public static PluginJar classPath(String packageName, String providerName) {
        return empty(packageName).provider(providerName, "")
                .file("META-INF/services/" + SERVICE, packageName + ".Plugin");
    }

    /** Returns a module whose balancer picks by a Java expression with {@code healthy} and {@code connection}. */
    public static PluginJar balancer(String packageName, String providerName, String pick) {
        return empty(packageName).provider(providerName, "", pick).requires("");
    }

    /** Returns a plugin with these sources, by their paths. The compiler must not warn. */
    public static PluginJar of(Map<String, String> sources) {
        PluginJar jar = empty("");
        jar.sources.putAll(sources);
        jar.compilerOptions.addAll(List.of("-Xlint:all", "-Werror"));
        return jar;
    }

    /** Returns an empty jar. */
    public static PluginJar empty(String packageName) {
        return new PluginJar(packageName);
    }

    /** Returns a module with a class {@code Library} whose method {@code version()} returns the version. */
    public static PluginJar library(String packageName, String version) {
        return empty(packageName)
                .source("Library", "public class Library { public static String version() { return \"%s\"; } }"
                        .formatted(version))
                .source(DESCRIPTOR, "module " + packageName + " { exports " + packageName + "; }");
    }

    /** Replaces the provider by a provider with more members, such as {@code description()}. */
    public PluginJar provider(String providerName, String members) {
        return provider(providerName, members, "healthy.get(0)");
    }

    private PluginJar provider(String providerName, String members, String pick) {
        return source("Plugin", """
                import io.apexproxy.api.*;
                import io.apexproxy.api.balance.*;
                public class Plugin implements LoadBalancerProvider {
                    %s
                    public String name() { return "%s"; }
                    public LoadBalancer create(Settings settings, PluginContext context) {
                        return healthy -> connection -> %s;
                    }
                }
                """.formatted(members, providerName, pick));
    }

    /** Replaces the descriptor by a descriptor with more directives, such as {@code requires java.net.http;}. */
    public PluginJar requires(String directives) {
        return source(DESCRIPTOR, "module %s { requires io.apexproxy.api; %s provides %s with %s; }"
                .formatted(packageName, directives, SERVICE, packageName + ".Plugin"));
    }

    /** Adds or replaces a class of the package, or {@code module-info}. The text has no package declaration. */
    public PluginJar source(String className, String text) {
        if (className.equals(DESCRIPTOR)) {
            sources.put(className + ".java", text);
        } else {
            sources.put(packageName.replace('.', '/') + "/" + className + ".java",
                    "package " + packageName + "; " + text);
        }
        return this;
    }

    /** Adds a file that is not compiled. */
    public PluginJar file(String name, String text) {
        files.put(name, text);
        return this;
    }

    /** Adds an attribute to the manifest. */
    public PluginJar manifest(String attribute, String value) {
        manifest.getMainAttributes().putValue(attribute, value);
        return this;
    }

    /** Adds jars to the compile path, but not to this jar. */
    public PluginJar against(Path... jars) {
        libraries.addAll(List.of(jars));
        return this;
    }

    /** Compiles against the same API in another version. */
    public PluginJar againstApi(String version, Path workDirectory) {
        try {
            Path classes = Files.createTempDirectory(workDirectory, ".api");
            ApiClasses.copyTo(classes, true);
            api = workDirectory.resolve(".apex-api-" + version + ".jar");
            JdkTool.run("jar", "--create", "--file", api.toString(), "--module-version", version,
                    "-C", classes.toString(), ".");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a copy of the API to the jar. */
    public PluginJar withCopyOfApi() {
        copyOfApi = true;
        return this;
    }

    /** Omits a compiled class from the jar. */
    public PluginJar without(String className) {
        removed.add(className + ".class");
        return this;
    }

    /** Sets the major version in the class files, except in the descriptor. */
    public PluginJar classFileVersion(int major) {
        classFileVersion = major;
        return this;
    }

    /** Compiles and writes the jar, and returns its path. */
    public Path writeTo(Path jar) {
        try {
            Files.createDirectories(jar.getParent());
            Path work = Files.createTempDirectory("apex");
            try {
                write(jar, work);
            } finally {
                delete(work);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path jar, Path work) throws IOException {
        Path classes = Files.createDirectory(work.resolve("classes"));
        if (!sources.isEmpty()) {
            compile(work, classes);
        }
        if (copyOfApi) {
            ApiClasses.copyTo(classes, false);
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.createDirectories(classes.resolve(file.getKey()).getParent());
            Files.writeString(classes.resolve(file.getKey()), file.getValue());
        }
        pack(classes, jar);
    }

    private void compile(Path work, Path classes) throws IOException {
        String libraryPath = Stream.concat(Stream.of(api, ApiClasses.jarOf(Logger.class)), libraries.stream())
                .map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
        arguments.addAll(compilerOptions);
        if (sources.containsKey(DESCRIPTOR + ".java")) {
            arguments.addAll(List.of("--module-path", libraryPath,
                    "--class-path", classes.toString())); // not the class path of the tests
        } else {
            arguments.addAll(List.of("--class-path", libraryPath));
        }
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        JdkTool.run("javac", arguments.toArray(String[]::new));
    }

    private void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                if (!removed.contains(file.getFileName().toString())) {
                    entries.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                    entries.write(content(file));
                }
            }
        }
    }

    private byte[] content(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (classFileVersion > 0 && file.toString().endsWith(".class") && !file.endsWith("module-info.class")) {
            content[7] = (byte) classFileVersion; // the low byte of the major version
        }
        return content;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
