package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The parts of {@code java.lang.foreign} that the engine needs, found by reflection, because the module is compiled for
 * Java 17. The class can be initialized with Java 22 or newer only.
 *
 * <p>The method handles have primitive types and one {@code Object}, so that a call is an {@code invokeExact} of a
 * constant, as fast as with the types of {@code java.lang.foreign}.
 */
final class Foreign {
    private static final String PACKAGE = "java.lang.foreign.";
    private static final int MOST_ARGUMENTS = 6;
    private static final Class<?> SEGMENT;
    private static final MethodHandle OF_BUFFER;
    private static final MethodHandle ADDRESS;

    static {
        try {
            SEGMENT = Class.forName(PACKAGE + "MemorySegment");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            OF_BUFFER = lookup.findStatic(SEGMENT, "ofBuffer", MethodType.methodType(SEGMENT, Buffer.class))
                    .asType(MethodType.methodType(Object.class, Buffer.class));
            ADDRESS = lookup.findVirtual(SEGMENT, "address", MethodType.methodType(long.class))
                    .asType(MethodType.methodType(long.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Foreign() {
    }

    /**
     * Returns a method handle of {@code syscall(2)}. Its parameters are the segment that receives errno, an
     * {@code Object}, the number of the system call, and its six arguments. Its result is a long.
     */
    static MethodHandle systemCall() {
        try {
            Class<?> linkerType = Class.forName(PACKAGE + "Linker");
            Class<?> optionType = Class.forName(PACKAGE + "Linker$Option");
            Class<?> layoutType = Class.forName(PACKAGE + "MemoryLayout");
            Class<?> descriptorType = Class.forName(PACKAGE + "FunctionDescriptor");
            Object linker = linkerType.getMethod("nativeLinker").invoke(null);
            Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
            Object symbol = ((Optional<?>) Class.forName(PACKAGE + "SymbolLookup").getMethod("find", String.class)
                    .invoke(lookup, "syscall")).orElseThrow();

            Object number = Class.forName(PACKAGE + "ValueLayout").getField("JAVA_LONG").get(null);
            Object parameters = Array.newInstance(layoutType, 1 + MOST_ARGUMENTS);
            for (int i = 0; i <= MOST_ARGUMENTS; i++) {
                Array.set(parameters, i, number);
            }
            Object descriptor = descriptorType.getMethod("of", layoutType, parameters.getClass())
                    .invoke(null, number, parameters);

            Object options = Array.newInstance(optionType, 2);
            Array.set(options, 0, optionType.getMethod("captureCallState", String[].class)
                    .invoke(null, (Object) new String[] {"errno"}));
            Array.set(options, 1, optionType.getMethod("firstVariadicArg", int.class).invoke(null, 1));

            MethodHandle handle = (MethodHandle) linkerType
                    .getMethod("downcallHandle", SEGMENT, descriptorType, options.getClass())
                    .invoke(linker, symbol, descriptor, options);
            return handle.asType(handle.type().changeParameterType(0, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("syscall", e);
        }
    }

    /** Returns the memory of a direct buffer, from its position to its limit, as a segment. */
    static Object segment(Buffer direct) {
        try {
            return (Object) OF_BUFFER.invokeExact(direct);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns memory that native code has allocated, in native byte order. The caller must not use the buffer after the
     * memory is freed. Reflective, not for each call.
     */
    static ByteBuffer memory(long address, long bytes) {
        try {
            Object segment = SEGMENT.getMethod("ofAddress", long.class).invoke(null, address);
            Object sized = SEGMENT.getMethod("reinterpret", long.class).invoke(segment, bytes);
            return ((ByteBuffer) SEGMENT.getMethod("asByteBuffer").invoke(sized)).order(ByteOrder.nativeOrder());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address of the position of a direct buffer, which must be reachable while the address is used. */
    static long address(Buffer direct) {
        try {
            return (long) ADDRESS.invokeExact((Object) OF_BUFFER.invokeExact(direct));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
