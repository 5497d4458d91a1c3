/**
 * The proxy as a whole: start it, change its configuration, look at it, drain it, close it.
 *
 * <p>{@link io.apexproxy.runtime.ApexProxy} is what the command line drives and what a program uses that wants a proxy
 * inside. Below it, {@code Sources} puts the configuration together from the file and the source that the file selects,
 * and {@code LiveConfig} makes one change at a time of it: first prepared ({@code PreparedConfig}: everything that
 * plugins may refuse), then carried out ({@code Deployment}: new addresses are bound, and then nothing can fail any
 * more).
 */
package io.apexproxy.runtime;
