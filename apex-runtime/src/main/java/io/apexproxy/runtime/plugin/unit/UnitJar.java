package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/**
 * A validated jar of a unit. Each jar has its own module finder, so that a damaged jar does not affect the others.
 *
 * @param file the file
 * @param finder finds the module of the jar, with or without a descriptor
 * @param descriptor the module descriptor; empty if the jar has none
 */
public record UnitJar(PluginUnit.Jar file, ModuleFinder finder, Optional<ModuleDescriptor> descriptor) {

    /** Sanity limit for a file of {@code META-INF/services}, far above the size in usual libraries. */
    private static final int MAX_SERVICES_FILE_BYTES = 64 << 10;
    /** Sanity limit for all files of {@code META-INF/services} together. */
    private static final int MAX_SERVICES_BYTES = 1 << 20;

    /** Reads and validates a jar, and closes the file. Throws if the jar cannot be read or is not valid in a unit. */
    public static UnitJar open(PluginUnit.Jar file) throws UnitException {
        ModuleFinder finder = ModuleFinder.of(file.path());
        checkType(file.path());
        try (JarFile jar = new JarFile(file.path().toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            checkServices(jar);
            boolean hasDescriptor = jar.getEntry("module-info.class") != null;
            return new UnitJar(file, finder, hasDescriptor ? firstModule(finder) : Optional.empty());
        } catch (IOException | RuntimeException e) { // any failure affects this jar only
            throw new UnitException(e);
        }
    }

    /** Refuses special files. Opening a pipe would block until a program writes to it. */
    private static void checkType(Path path) throws UnitException {
        try {
            if (Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
                throw new UnitException("expected a jar, found a pipe, a socket or a device; remove it");
            }
        } catch (IOException e) {
            throw new UnitException(e);
        }
    }

    /** Refuses large service files, because the JDK reads each of them into memory without a limit. */
    private static void checkServices(JarFile jar) throws IOException, UnitException {
        int total = 0;
        for (JarEntry entry : jar.stream().filter(UnitJar::isServices).toList()) {
            int size;
            try (InputStream in = jar.getInputStream(entry)) {
                size = in.readNBytes(MAX_SERVICES_FILE_BYTES + 1).length;
            }
            total += size;
            if (size > MAX_SERVICES_FILE_BYTES || total > MAX_SERVICES_BYTES) {
                throw new UnitException("expected at most 64 KiB in a file of META-INF/services, and 1 MiB in all of"
                        + " them, found more in " + CleanText.piece(entry.getName()) + "; replace the jar");
            }
        }
    }

    private static boolean isServices(JarEntry entry) {
        return entry.getName().startsWith("META-INF/services/") && !entry.isDirectory();
    }

    /** Returns the module. Without a descriptor, the JDK derives its name from the manifest or the file name. */
    ModuleDescriptor module() throws UnitException {
        try {
            return firstModule(finder).orElseThrow(() -> new FindException("no module in " + file.origin()));
        } catch (FindException e) {
            throw new UnitException(e);
        }
    }

    /** Returns whether the jar has a module descriptor and the descriptor provides a plugin. */
    public boolean isModularPlugin() {
        return descriptor.stream().flatMap(module -> module.provides().stream())
                .anyMatch(provides -> ProviderKind.isService(provides.service()));
    }

    private static Optional<ModuleDescriptor> firstModule(ModuleFinder finder) {
        return finder.findAll().stream().map(ModuleReference::descriptor).findFirst();
    }
}
