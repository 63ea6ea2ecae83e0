<?php
// Says what PHP reads in a form.
$files = [];
foreach ($_FILES as $field => $file) {
    $names = (array) $file["name"];
    foreach ($names as $number => $name) {
        $path = is_array($file["tmp_name"]) ? $file["tmp_name"][$number] : $file["tmp_name"];
        $files[] = [$field, $name, hash_file("sha256", $path)];
    }
}
header("Content-Type: application/json");
echo json_encode(["fields" => $_POST, "files" => $files], JSON_INVALID_UTF8_SUBSTITUTE);
