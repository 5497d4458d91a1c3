/**
 * The proxy as a whole: start it, change its configuration, look at it, drain it, close it.
 *
 * <p>{@link io.apexproxy.runtime.ApexProxy} is what the command line drives and what a program uses that wants a proxy
 * inside. Below it, a change of the configuration is first prepared ({@code Preparation}: everything that may fail), then
 * carried out ({@code Deployment}: nothing can fail any more).
 */
package io.apexproxy.runtime;
