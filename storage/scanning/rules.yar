/* What ships with the service: the test file of scanners, programs and archives that call themselves something else,
   and content of PDFs that acts. No signatures of viruses: those are clamd's. */

rule Eicar_Test_File
{
    strings:
        $eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    condition:
        $eicar
}

rule Program
{
    strings:
        $dos_stub = "This program cannot be run in DOS mode"
        $elf = { 7F 45 4C 46 (01 | 02) (01 | 02) 01 }
    condition:
        (uint16(0) == 0x5A4D and $dos_stub) or $elf at 0
        or uint32be(0) == 0xFEEDFACE or uint32be(0) == 0xFEEDFACF or uint32be(0) == 0xCAFEBABE
}

rule Program_Inside
{
    strings:
        $dos_stub = /MZ[\x00-\xff]{58,120}This program cannot be run in DOS mode/
    condition:
        $dos_stub
}

rule Archive
{
    strings:
        $rar = { 52 61 72 21 1A 07 }
        $seven = { 37 7A BC AF 27 1C }
        $cabinet = { 4D 53 43 46 00 00 00 00 }
    condition:
        uint32be(0) == 0x504B0304 or $rar at 0 or $seven at 0 or $cabinet at 0
}

rule Pdf_Active_Content
{
    strings:
        $pdf = "%PDF-"
        $script = /\/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)[ \t\r\n(<\/\[]/
        $action = /\/S[ \t\r\n]*\/(JavaScript|Launch|ImportData|SubmitForm|GoToE)/
    condition:
        $pdf at 0 and $script and $action
}
